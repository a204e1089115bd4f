import { type Claim, held, notHeld, notProvable, unless } from './claim.ts';
import type { Observation } from './observation.ts';

export const limitClaims: readonly Claim[] = [
  {
    id: 'memory-limit',
    title: 'the kernel bounds its memory as declared',
    layer: 'cgroup',
    judge: (seen, { memoryMebibytes }) =>
      withCgroup(seen, ({ memoryMax }) => {
        const evidence = `memory.max is ${memoryMax}, declared are ${memoryMebibytes * 2 ** 20}`;
        return memoryMax === String(memoryMebibytes * 2 ** 20) ? held(evidence) : notHeld(evidence);
      }),
  },
  {
    id: 'no-swap',
    title: 'what it holds in memory is never swapped to a disk',
    layer: 'cgroup',
    judge: (seen) =>
      withCgroup(seen, ({ swapMax }) => {
        if (swapMax === undefined) return notProvable('this kernel does not account for swap');
        return swapMax === '0' ? held('memory.swap.max is 0') : notHeld(`memory.swap.max is ${swapMax}`);
      }),
  },
  {
    id: 'process-limit',
    title: 'the kernel bounds the number of its processes as declared',
    layer: 'cgroup',
    judge: (seen, { pids }) =>
      withCgroup(seen, ({ pidsMax }) => {
        const evidence = `pids.max is ${pidsMax}, declared are ${pids}`;
        return pidsMax === String(pids) ? held(evidence) : notHeld(evidence);
      }),
  },
  {
    id: 'memory-contained',
    title: 'a process that takes memory without end is ended alone',
    layer: 'cgroup',
    judge: (seen) =>
      withStress(seen, ({ memory, disturbed }) =>
        unless(
          [...(memory === 'killed' ? [] : [`it ${memory}`]), ...disturbed],
          'in a twin with a limit it was killed, alone, and every service of the pod went on',
        ),
      ),
  },
  {
    id: 'forks-contained',
    title: 'a fork bomb ends at its limit',
    layer: 'cgroup',
    judge: (seen, { pids }) =>
      withStress(seen, ({ processes, disturbed }) =>
        unless(
          [
            ...(processes === undefined ? ['it was never refused'] : []),
            ...(processes !== undefined && processes < pids / 2
              ? [`refused at ${processes} already: not by this limit`]
              : []),
            ...(processes !== undefined && processes > pids
              ? [`${processes} processes, allowed are ${pids}`]
              : []),
            ...(seen.outside.cgroup?.pidsMax === String(pids)
              ? []
              : ['the service has not the limit of its twin']),
            ...disturbed,
          ],
          `in a twin with the same limit it came to ${processes}, and every service of the pod went on`,
        ),
      ),
  },
];

function withCgroup(
  { host, outside }: Observation,
  judge: (cgroup: NonNullable<Observation['outside']['cgroup']>) => ReturnType<typeof held>,
) {
  if (outside.cgroup !== undefined) return judge(outside.cgroup);
  return host.cgroup === 'v2'
    ? notHeld('its cgroup has no limits that could be read')
    : notProvable('rootless podman sets limits on cgroup v2 only, and this host has v1');
}

function withStress(
  seen: Observation,
  judge: (stress: NonNullable<Observation['stress']>) => ReturnType<typeof held>,
) {
  return withCgroup(seen, () => (seen.stress ? judge(seen.stress) : notProvable('stress was left out')));
}
