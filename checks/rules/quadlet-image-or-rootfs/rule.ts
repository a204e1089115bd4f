import { lookup } from '../../project/lookup.ts';
import { headSpan, keySpan, lastEntry } from '../../project/unit.ts';
import { defineRule } from '../../rule.ts';

export const rule = defineRule({
  id: 'quadlet-image-or-rootfs',
  title: 'a container has neither Image= nor Rootfs=, or both',
  severity: 'error',
  why: 'The generator cannot tell what to run, and makes no unit.',
  evidence: [
    'https://docs.podman.io/en/latest/markdown/podman-systemd.unit.5.html#image',
    'https://github.com/containers/podman/blob/v5.4.2/pkg/systemd/quadlet/quadlet.go',
  ],
  fix: 'Give just one of the two in [Container].',
  applies: 'unit',
  generator: true,
  *check(unit, { podman }) {
    if (unit.type !== 'container') return;
    const [image = '', rootfs = ''] = ['Image', 'Rootfs'].map((key) =>
      lookup(unit, 'Container', key, podman),
    );
    const entry = lastEntry(unit, 'Container', 'Rootfs') ?? lastEntry(unit, 'Container', 'Image');
    if (image === '' && rootfs === '')
      yield { at: entry ? keySpan(entry) : headSpan(unit), message: 'there is neither Image= nor Rootfs=' };
    else if (image !== '' && rootfs !== '' && entry)
      yield { at: keySpan(entry), message: 'Rootfs= is given beside Image=' };
  },
});
