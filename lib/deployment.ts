import { createHash } from 'node:crypto';
import { Failure } from './failure.ts';
import { canUseQuadlets, type Host } from './host.ts';
import { imageReference, type Platform, platform } from './platform.ts';
import { podContainers, publishedBy } from './pod-containers.ts';
import type { Podman } from './podman.ts';
import { portProblem } from './port.ts';
import { secretDigests } from './secrets-plan.ts';

export interface Method {
  name: 'quadlet' | 'kube';
  /** Why this one. */
  reason: string;
}

export type Outcome = 'unchanged' | 'started' | 'replaced';

/** Label of the pod that says what it was deployed from. */
export const configLabel = 'io.ai-semble.config';
export const methodLabel = 'io.ai-semble.method';
/** The address that the gateway was to be published on. */
export const bindLabel = 'io.ai-semble.bind';

export function chooseMethod(host: Host): Method {
  if (canUseQuadlets(host))
    return { name: 'quadlet', reason: `podman ${host.podman?.version.text} and a user systemd` };
  const reason = host.systemd.user
    ? `podman ${host.podman?.version.text} is older than 5.3, which Quadlet pods need`
    : 'no systemd runs for the account';
  return { name: 'kube', reason };
}

/** The published address with this host's wishes: BIND and PORT. */
export function publishedWith(bind: string | undefined, port: string | undefined): Platform['published'] {
  const { ip, hostPort, containerPort } = platform.published;
  if (bind !== undefined && !/^(\d{1,3}\.){3}\d{1,3}$/.test(bind)) {
    throw new Failure(`BIND takes an IPv4 address; got '${bind}'`, {
      exit: 2,
      fix: 'BIND=127.0.0.1 make deploy',
    });
  }
  return { ip: bind ?? ip, hostPort: portNumber('PORT', port, hostPort), containerPort };
}

/** The port that an environment variable names, or else the one that is described. */
export function portNumber(variable: string, value: string | undefined, described: number): number {
  if (value === undefined) return described;
  if (/^\d+$/.test(value) && Number(value) >= 1 && Number(value) <= 65_535) return Number(value);
  const fix = `leave ${variable} away, or set one: ${variable}=${described}`;
  throw new Failure(`${variable} takes a port number; got '${value}'`, { exit: 2, fix });
}

/** Hash of what a deployment is made from: its description and the images as they are now. */
export async function configHash(podman: Podman, description: string): Promise<string> {
  const references = [...new Set(platform.services.map((service) => imageReference(service.image)))];
  const inspected = await podman.attempt(['image', 'inspect', '--format', '{{.Id}}', ...references]);
  if (inspected.exitCode !== 0)
    throw new Failure('the images are not built yet', { exit: 3, fix: 'make build' });
  return createHash('sha256')
    .update(description)
    .update(inspected.stdout)
    .update((await secretDigests(podman)).join())
    .digest('hex')
    .slice(0, 32);
}

export interface PodState {
  config: string | undefined;
  /** What started it. */
  method: Method['name'];
  /** Every service has its container, and all of them run. */
  running: boolean;
}

/** The pod as podman knows it; `undefined` where there is none. */
export async function podState(podman: Podman, pod: string): Promise<PodState | undefined> {
  const output = await podman.attempt(['pod', 'inspect', pod]);
  if (output.exitCode !== 0) return undefined;
  const parsed: unknown = JSON.parse(output.stdout);
  const inspected = (Array.isArray(parsed) ? parsed[0] : parsed) as {
    Labels?: Record<string, string>;
    Containers?: Array<{ Name: string; State: string }>;
  };
  const containers = inspected.Containers ?? [];
  const names = containers.map(({ Name }) => Name);
  return {
    config: inspected.Labels?.[configLabel],
    method: inspected.Labels?.[methodLabel] === 'quadlet' ? 'quadlet' : 'kube',
    running:
      platform.services.every(({ name }) => names.includes(`${pod}-${name}`)) &&
      containers.every(({ State }) => State === 'running'),
  };
}

/** A clear word before podman's own, where somebody else listens already; before anything is stopped. */
export async function refuseTakenPort(podman: Podman, published: Platform['published']): Promise<void> {
  const { ip, hostPort } = published;
  const ours = publishedBy(await podContainers(podman, platform.name).catch(() => []));
  if (ours?.ip === ip && ours.hostPort === hostPort) return;
  const code = await portProblem(published);
  if (code === undefined) return;
  if (code === 'EADDRINUSE') {
    throw new Failure(`port ${hostPort} on ${ip} is taken by another program`, {
      fix: `stop it (ss -ltnp 'sport = :${hostPort}' names it), or choose another: PORT=8081 make deploy`,
    });
  }
  throw new Failure(`cannot listen on ${ip}:${hostPort}: ${code}`, { fix: 'BIND=127.0.0.1 make deploy' });
}
