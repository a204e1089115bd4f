import { podState } from '../lib/deployment.ts';
import { Failure } from '../lib/failure.ts';
import { gatewayUrl, readGateway } from '../lib/gateway.ts';
import { platform } from '../lib/platform.ts';
import { podContainers, publishedBy } from '../lib/pod-containers.ts';
import { requirePodman } from '../lib/podman.ts';
import { script } from '../lib/script.ts';
import { paint, say } from '../lib/terminal.ts';

const usage = {
  summary: 'Shows the pod: each service, whether it runs and whether it is ready. Exit 1 where one is not.',
  options: { json: { type: 'boolean', help: 'the same as JSON on stdout' } },
} as const;

await script(usage, async ({ json }) => {
  const podman = requirePodman();
  const state = await podState(podman, platform.name);
  if (state === undefined) {
    throw new Failure('the platform is not deployed', { fix: 'make up' });
  }
  const containers = await podContainers(podman, platform.name);
  const url = gatewayUrl(publishedBy(containers) ?? platform.published);
  const gateway = await readGateway(url);
  const services = platform.services.map(({ name }) => {
    const container = containers.find((entry) => entry.name === `${platform.name}-${name}`);
    const answered = typeof gateway === 'string' ? undefined : gateway.services[name];
    const own = name === 'orchestrator' && typeof gateway !== 'string' ? { ready: true } : answered;
    return { name, container: container?.status ?? 'missing', ready: own?.ready ?? false, detail: own };
  });
  if (json) process.stdout.write(`${JSON.stringify({ url, services }, null, 2)}\n`);
  else table(services);
  say(`${url}, run by ${state.method === 'quadlet' ? 'systemd' : 'podman kube play'}`);
  if (services.some((service) => !service.ready)) process.exitCode = 1;
});

function table(
  services: ReadonlyArray<{ name: string; container: string; ready: boolean; detail: unknown }>,
): void {
  for (const { name, container, ready, detail } of services) {
    const { ready: _, ...rest } = (detail ?? {}) as Record<string, unknown>;
    const mark = ready ? paint('green', 'ready    ') : paint('red', 'not ready');
    const extra = Object.keys(rest).length > 0 ? JSON.stringify(rest) : '';
    process.stdout.write(`${name.padEnd(16)} ${mark} ${container.padEnd(28)} ${extra}\n`);
  }
}
