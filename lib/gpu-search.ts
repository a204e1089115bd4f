import { existsSync } from 'node:fs';
import { usableDevices } from './cdi.ts';
import { type CdiDevice, type CdiSpec, nvidiaRenewal } from './cdi-spec.ts';
import { gpuDevice } from './gpu-drop-in.ts';
import { attempt } from './run.ts';

/** A device to try, or why there is none: `absent` is no GPU at all, `unusable` one that something is wrong with. */
export type Search =
  | { state: 'found'; device: CdiDevice }
  | { state: 'absent' | 'unusable'; reason: string; fix: string };

/** The device that deploy takes, or the one that is asked for; `listed` is what NVIDIA's tool finds. */
export function searchGpu(
  specs: readonly CdiSpec[],
  listed: readonly string[] = [],
  wanted?: string,
): Search {
  const usable = usableDevices(specs);
  const name = wanted ?? gpuDevice(usable.map((device) => device.name));
  const device = usable.find((one) => one.name === name);
  if (device) return { state: 'found', device };
  const broken = specs.find(
    ({ devices, problems }) => problems.length > 0 && (devices.length === 0 || concerns(devices, wanted)),
  );
  const [problem] = broken?.problems ?? [];
  if (broken && problem)
    return { state: 'unusable', reason: `${broken.path}: ${problem.what}`, fix: problem.fix };
  const elsewhere = listed.find((one) => (wanted ? one === wanted : gpuDevice([one])));
  if (elsewhere) {
    const reason = `nvidia-ctk lists ${elsewhere}, and no folder that podman reads has it`;
    return { state: 'unusable', reason, fix: nvidiaRenewal() };
  }
  const reason = wanted
    ? `no CDI spec defines ${wanted}`
    : 'no CDI spec in /etc/cdi or /var/run/cdi defines a GPU';
  return { state: 'absent', reason, fix: absentFix };
}

const absentFix = `with an NVIDIA GPU and its driver, install nvidia-container-toolkit and type: sudo ${nvidiaRenewal()}`;

function concerns(devices: readonly CdiDevice[], wanted: string | undefined): boolean {
  return devices.some(({ name }) => (wanted ? name === wanted : gpuDevice([name])));
}

/** What NVIDIA's own tool finds; nothing where it is not installed. */
export async function toolkitDevices(): Promise<string[]> {
  if (!existsSync('/usr/bin/nvidia-ctk')) return [];
  const { stdout } = await attempt(['/usr/bin/nvidia-ctk', 'cdi', 'list'], { timeoutMs: 30_000 });
  return parseToolkitList(stdout);
}

/** One device a line; what else it says comes with a time stamp and a level. */
export function parseToolkitList(text: string): string[] {
  return text.split('\n').filter((line) => /^[\w.-]+\/[\w-]+=\S+$/.test(line));
}
