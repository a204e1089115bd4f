import { podState } from '../lib/deployment.ts';
import { Failure } from '../lib/failure.ts';
import { platform } from '../lib/platform.ts';
import { requirePodman } from '../lib/podman.ts';
import { script } from '../lib/script.ts';
import { phase, say } from '../lib/terminal.ts';
import { claims } from '../lib/verify/claims.ts';
import { type Layer, layers } from '../lib/verify/layers.ts';
import { observe, type Surroundings } from '../lib/verify/observe.ts';
import { proveControls } from '../lib/verify/prove-controls.ts';
import { type Judged, table, totals, totalsText } from '../lib/verify/report.ts';
import { stress } from '../lib/verify/stress.ts';
import { withSurroundings } from '../lib/verify/surroundings.ts';
import { tellGateway } from '../lib/verify/tell-gateway.ts';
import { withTwin } from '../lib/verify/twin.ts';

const usage = {
  summary: 'Proves on the running pod what is promised of each service. Exit 1 where something is not held.',
  options: {
    json: { type: 'boolean', help: 'everything, with its evidence, as JSON on stdout' },
    pod: { type: 'string', value: 'NAME', help: 'another pod than ai-semble' },
    controls: {
      type: 'boolean',
      help: 'instead: prove that the proofs can fail, by taking one layer after the other from a twin',
    },
  },
  positionals: '[LAYER …]',
} as const;

await script(usage, async ({ json, pod = platform.name, controls, positionals }) => {
  const podman = requirePodman();
  const state = await podState(podman, pod);
  if (!state?.running) throw new Failure(`the pod ${pod} does not run`, { fix: 'make up' });
  const chosen = layers.filter(({ id }) => positionals.length === 0 || positionals.includes(id));
  if (chosen.length < positionals.length || (positionals.length > 0 && !controls)) {
    const known = layers.map(({ id }) => id).join(' ');
    throw new Failure(`layers go with --controls, and are: ${known}`, { exit: 2 });
  }
  await withSurroundings(podman, pod, (surroundings) =>
    controls ? runControls(surroundings, pod, chosen) : verify(surroundings, pod, json),
  );
});

async function verify(surroundings: Surroundings, pod: string, json: boolean): Promise<void> {
  const judged: Judged[] = [];
  for (const service of platform.services) {
    await phase(service.name, async () => {
      const seen = await observe(
        surroundings,
        { service, container: `${pod}-${service.name}` },
        { sweeps: true },
      );
      const stressed = seen.outside.cgroup
        ? await withTwin(surroundings.podman, pod, service, {}, (twin) =>
            stress(surroundings.podman, twin, surroundings.gateway),
          )
        : undefined;
      const all = { ...seen, stress: stressed };
      const own = claims.map((claim) => ({
        service: service.name,
        claim,
        finding: claim.judge(all, service),
      }));
      judged.push(...own);
      return totalsText(totals(own));
    });
  }
  const sum = totals(judged);
  await tellGateway(surroundings, pod, judged);
  process.stdout.write(`${json ? JSON.stringify({ totals: sum, judged }, null, 2) : table(judged)}\n`);
  say(totalsText(sum));
  if (sum.notHeld > 0) process.exitCode = 1;
}

async function runControls(surroundings: Surroundings, pod: string, chosen: readonly Layer[]): Promise<void> {
  const { selinux, cgroup } = surroundings.host;
  const possible = chosen.filter(
    ({ needs }) => needs === undefined || (needs === 'SELinux' ? selinux === 'enforcing' : cgroup === 'v2'),
  );
  for await (const { layer, lost, failures } of proveControls(surroundings, pod, possible)) {
    const text = failures.length > 0 ? `still held, or not before: ${failures.join(', ')}` : lost.join(', ');
    process.stdout.write(`${failures.length > 0 ? '✗' : '✓'} without ${layer}: ${text}\n`);
    if (failures.length > 0) process.exitCode = 1;
  }
  for (const { id, needs } of chosen.filter((layer) => !possible.includes(layer)))
    process.stdout.write(`– without ${id}: not provable here: it needs ${needs}\n`);
}
