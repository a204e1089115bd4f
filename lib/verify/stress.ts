import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { messageOf } from '../failure.ts';
import { waitUntilReady } from '../gateway.ts';
import { root } from '../paths.ts';
import { platform } from '../platform.ts';
import type { Podman } from '../podman.ts';
import type { Stress } from './observation.ts';
import type { Surroundings } from './observe.ts';
import type { Twin } from './twin.ts';

const script = readFileSync(join(root, 'lib/verify/stress.pl'));
const limitMs = 600_000;
/** Of a twin under stress: whatever the service's own limit, the host must not run out first. */
export const stressMebibytes = 512;

/** Forks, then takes memory, each beyond the declared limit, in a twin beside the pod, and looks what became of the pod. */
export async function stress(
  { podman, gateway }: Surroundings,
  pod: string,
  { name, service }: Twin,
): Promise<Stress> {
  const before = await firstProcesses(podman, pod);
  const perl = (...args: string[]) =>
    podman.attempt(['exec', '-i', name, 'perl', '-', ...args], { input: script, timeoutMs: limitMs });
  const forks = (await perl('forks', String(service.pids + 64))).stdout.trim();
  const memory = await perl('memory', String(stressMebibytes * 2));
  const alone = (await podman.attempt(['exec', name, 'true'])).exitCode === 0;
  const after = await firstProcesses(podman, pod);
  const replaced = [...before].filter(([container, pid]) => after.get(container) !== pid);
  const ready = await waitUntilReady(gateway, limitMs, () => {}).then(
    () => [],
    (error) => [messageOf(error)],
  );
  return {
    processes: /^\d+$/.test(forks) ? Number(forks) : undefined,
    memory: memory.exitCode === 137 ? (alone ? 'killed' : 'took its container with it') : wordsOf(memory),
    disturbed: [...replaced.map(([container]) => `${container} was started anew`), ...ready],
  };
}

function wordsOf({ stdout, stderr }: { stdout: string; stderr: string }): string {
  return stdout.trim() || stderr.trim().slice(-200);
}

/** Process id on the host by container. */
async function firstProcesses(podman: Podman, pod: string): Promise<Map<string, string>> {
  const names = platform.services.map(({ name }) => `${pod}-${name}`);
  const pids = (await podman.run(['inspect', '--format', '{{.State.Pid}}', ...names])).trim().split('\n');
  return new Map(names.map((name, index) => [name, pids[index] ?? '']));
}
