import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { readGateway } from '../gateway.ts';
import { root } from '../paths.ts';
import type { Podman } from '../podman.ts';
import type { Stress } from './observation.ts';
import type { Twin } from './twin.ts';

const script = readFileSync(join(root, 'lib/verify/stress.pl'));
const limitMs = 600_000;

/** Forks, then takes memory, each beyond the declared limit, in a twin, while the pod's services are asked how they are. */
export async function stress(podman: Podman, { name, service }: Twin, gateway: string): Promise<Stress> {
  const ended = new AbortController();
  const neighbours = watch(gateway, ended.signal);
  const perl = (...args: string[]) =>
    podman.attempt(['exec', '-i', name, 'perl', '-', ...args], { input: script, timeoutMs: limitMs });
  const forks = (await perl('forks', String(service.pids + 64))).stdout.trim();
  const memory = await perl('memory', String(service.memoryMebibytes * 2));
  ended.abort();
  return {
    processes: /^\d+$/.test(forks) ? Number(forks) : undefined,
    memory: memory.exitCode === 137 ? 'killed' : memory.stdout.trim() || memory.stderr.trim().slice(-200),
    disturbed: await neighbours,
  };
}

/** Names of services that were not ready at any time until the signal. */
async function watch(gateway: string, signal: AbortSignal): Promise<string[]> {
  const disturbed = new Set<string>();
  while (!signal.aborted) {
    const state = await readGateway(gateway);
    if (typeof state === 'string') disturbed.add(`gateway (${state})`);
    else for (const [name, { ready }] of Object.entries(state.services)) if (!ready) disturbed.add(name);
    await sleep(500, undefined, { signal }).catch(() => undefined);
  }
  return [...disturbed];
}
