import { release } from 'node:os';
import { join } from 'node:path';
import { podState } from '../lib/deployment.ts';
import { Failure } from '../lib/failure.ts';
import { detectHost } from '../lib/host.ts';
import { withLock } from '../lib/lock.ts';
import { platform, type Service } from '../lib/platform.ts';
import { requirePodman } from '../lib/podman.ts';
import { script } from '../lib/script.ts';
import { phase, say } from '../lib/terminal.ts';
import { document } from '../lib/verify/document.ts';
import { judgeService } from '../lib/verify/judge-service.ts';
import { type Layer, layers } from '../lib/verify/layers.ts';
import type { Surroundings } from '../lib/verify/observe.ts';
import { proveControls } from '../lib/verify/prove-controls.ts';
import { type Judged, table, totals, totalsText } from '../lib/verify/report.ts';
import { withSurroundings } from '../lib/verify/surroundings.ts';
import { tellGateway } from '../lib/verify/tell-gateway.ts';

const usage = {
  summary: 'Proves on the running pod what is promised of each service. Exit 1 where something is not held.',
  options: {
    json: { type: 'boolean', help: 'everything, with its evidence, as JSON on stdout' },
    markdown: { type: 'boolean', help: 'as a document on stdout' },
    pod: { type: 'string', value: 'NAME', help: 'another pod than ai-semble' },
    controls: {
      type: 'boolean',
      help: 'instead: prove that the proofs can fail, by taking one layer after the other from a twin',
    },
  },
  positionals: '[SERVICE … | LAYER …]',
} as const;

await script(usage, async ({ json, markdown, pod = platform.name, controls, positionals }) => {
  const podman = requirePodman();
  const state = await podState(podman, pod);
  if (!state?.running) throw new Failure(`the pod ${pod} does not run`, { fix: 'make up' });
  const known = controls ? layers.map(({ id }) => id) : platform.services.map(({ name }) => name);
  const strangers = positionals.filter((name) => !known.includes(name));
  if (strangers.length > 0) {
    const what = controls ? 'layer' : 'service';
    throw new Failure(`no ${what} is called ${strangers[0]}; there are: ${known.join(' ')}`, { exit: 2 });
  }
  const isWanted = (name: string) => positionals.length === 0 || positionals.includes(name);
  // Twins have one name: a second run would take the first one's away.
  const file = join(podman.account.runtimeFolder, `${pod}-verify.lock`);
  const lock = { file, program: 'verify.ts', does: `verifies the pod ${pod}` };
  await withLock(lock, () =>
    withSurroundings(podman, pod, async (surroundings) => {
      if (controls)
        return runControls(
          surroundings,
          pod,
          layers.filter(({ id }) => isWanted(id)),
        );
      const services = platform.services.filter(({ name }) => isWanted(name));
      const judged = await verify(surroundings, pod, services);
      if (positionals.length === 0) await tellGateway(surroundings, pod, judged);
      const sum = totals(judged);
      if (json) process.stdout.write(`${JSON.stringify({ totals: sum, judged }, null, 2)}\n`);
      else process.stdout.write(`${markdown ? document(judged, await machineText()) : table(judged)}\n`);
      say(totalsText(sum));
      if (sum.notHeld > 0) process.exitCode = 1;
    }),
  );
});

async function verify(
  surroundings: Surroundings,
  pod: string,
  services: readonly Service[],
): Promise<Judged[]> {
  const judged: Judged[] = [];
  for (const service of services) {
    await phase(service.name, async () => {
      const own = await judgeService(surroundings, pod, service);
      judged.push(...own);
      return totalsText(totals(own));
    });
  }
  return judged;
}

async function machineText(): Promise<string> {
  const { distribution, podman, selinux, cgroup } = await detectHost();
  return `${distribution.name}, Linux ${release()}, podman ${podman?.version.text}, cgroup ${cgroup}, SELinux ${selinux}`;
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
