import { options } from '../../quadlet/options.ts';
import { defineRule } from '../../rule.ts';

const kinds: ReadonlyArray<readonly [device: RegExp, what: string]> = [
  [/^\/dev\/(mem|kmem|port)$/, 'the memory of the machine'],
  [
    /^\/dev\/(([shv]d|xvd)[a-z]+|nvme\d|dm-|mapper(\/|$)|disk(\/|$)|md\d|mmcblk|loop|nbd|sg\d)/,
    'a disk past its filesystem',
  ],
  [/^\/dev\/(input|uinput)(\/|$)/, 'keyboards and mice'],
  [/^\/dev\/?$/, 'every device'],
];

export const rule = defineRule({
  id: 'container-device',
  title: 'a container gets a device that holds the whole machine',
  severity: 'error',
  why: 'Whoever can read or write it goes past every file permission: secrets of other services are in it, and the host itself.',
  evidence: [
    'https://docs.podman.io/en/latest/markdown/podman-container.unit.5.html#adddevice-host-device-container-device-permissions',
    'https://docs.kernel.org/admin-guide/devices.html',
  ],
  fix: 'Remove it, or hand in the files that the service needs as a volume.',
  applies: 'unit',
  *check(unit) {
    if (unit.type !== 'container') return;
    for (const { value, at } of options(unit, 'AddDevice', 'device')) {
      const path = value.replace(/^-/, '').split(':')[0] ?? '';
      const kind = kinds.find(([device]) => device.test(path));
      if (kind) yield { at, message: `'${path}' opens ${kind[1]}` };
    }
  },
});
