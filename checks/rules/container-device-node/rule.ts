import { options } from '../../quadlet/options.ts';
import { defineRule } from '../../rule.ts';

export const rule = defineRule({
  id: 'container-device-node',
  title: 'an NVIDIA GPU is handed in by its device files',
  severity: 'warning',
  why: "The files alone bring no driver libraries, and one that is missing or has another number after an update makes the service fail; CDI's description of the device knows all of it.",
  evidence: [
    'https://docs.nvidia.com/datacenter/cloud-native/container-toolkit/latest/cdi-support.html',
    'https://docs.podman.io/en/latest/markdown/podman-container.unit.5.html#adddevice-host-device-container-device-permissions',
  ],
  fix: 'Generate the description with nvidia-ctk cdi generate, and set AddDevice=nvidia.com/gpu=all.',
  applies: 'unit',
  *check(unit) {
    if (unit.type !== 'container') return;
    for (const { value, at } of options(unit, 'AddDevice', 'device')) {
      if (!/^-?\/dev\/nvidia/.test(value)) continue;
      yield { at, message: `expected a CDI name such as nvidia.com/gpu=all, got '${value}'` };
    }
  },
});
