import { renderUnit } from './unit-file.ts';

/** The CDI device that stands for every GPU of the machine, or else its first one. */
export function gpuDevice(devices: readonly string[]): string | undefined {
  const gpus = devices.filter((device) => /\/gpu=/.test(device));
  return gpus.find((device) => device.endsWith('=all')) ?? gpus[0];
}

/** The same, unless the user leaves it out. */
export function wantedGpu(devices: readonly string[]): string | undefined {
  return process.env.GPU === 'off' ? undefined : gpuDevice(devices);
}

/**
 * Hands a GPU to the language models. `required`: should the engine not see it, the service is not ready, and
 * does not fall back to computing slowly.
 */
export function gpuDropIn(device: string): string {
  return renderUnit(
    ['Written by `make deploy`: this host has a GPU. GPU=off make deploy leaves it out.'],
    [
      {
        name: 'Container',
        entries: [
          ['AddDevice', device],
          ['Environment', 'LLM_GPU=required'],
        ],
      },
    ],
  );
}
