import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { ApiError } from '../../../base/kit/errors.ts';
import { argumentOf, type RouterModel } from './router.ts';

export interface GpuDevice {
  /** The engine's name of it, such as `Vulkan0`. */
  name: string;
  description: string;
  /** Free before the first model is loaded: a desktop or another program may use the device too. */
  bytes: number;
}

/** `required` is what a host's GPU drop-in sets: a missing device is then an error, not a reason to compute slowly. */
export const gpuModes = ['auto', 'required', 'off'] as const;
export type GpuMode = (typeof gpuModes)[number];

/** The GPUs that the engine can compute on. */
export async function listGpus(mode: GpuMode): Promise<GpuDevice[]> {
  if (mode === 'off') return [];
  const { stdout } = await promisify(execFile)('llama-server', ['--list-devices'], { timeout: 60_000 });
  return parseDevices(stdout);
}

/** Lines such as `  Vulkan0: NVIDIA H100 (81559 MiB, 80994 MiB free)`. */
export function parseDevices(text: string): GpuDevice[] {
  return [...text.matchAll(/^\s+(\w+): (.+) \(\d+ MiB, (\d+) MiB free\)$/gm)].map(
    ([, name = '', description = '', mebibytes]) => ({
      name,
      description,
      bytes: Number(mebibytes) * 2 ** 20,
    }),
  );
}

/** Flags that keep a part of a model beside the CPU. */
const splitting = [
  '--cpu-moe',
  '--n-cpu-moe',
  '--n-cpu-ffn',
  '--override-tensor',
  '--no-kv-offload',
  '--moe-cache-mib',
];

/** How much of a model of so many layers its preset leaves to the GPU. */
export function gpuShare(model: RouterModel, layers: number): 'none' | 'part' | 'all' {
  const asked = argumentOf(model, '--n-gpu-layers') ?? 'auto';
  if (argumentOf(model, '--device') === 'none' || asked === '0') return 'none';
  if (splitting.some((flag) => model.status.args.includes(flag))) return 'part';
  // The output layer counts as one more.
  return /^\d+$/.test(asked) && Number(asked) <= layers ? 'part' : 'all';
}

export function wantsGpu(model: RouterModel): boolean {
  return gpuShare(model, 0) !== 'none';
}

/** An engine that meets trouble with a GPU computes on the CPU and says so only in its log: here that is an error. */
export function cpuFallback(model: string): ApiError {
  return new ApiError(
    500,
    'gpu_not_used',
    `model '${model}' was loaded without the GPU that it should use; 'make logs ARGS="--service llm"' says why. 'n-gpu-layers = 0' under [${model}] in presets.ini asks for the CPU`,
    { param: 'model' },
  );
}
