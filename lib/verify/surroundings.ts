import { createServer } from 'node:net';
import { gatewayUrl } from '../gateway.ts';
import { cgroupMode, selinuxMode } from '../host.ts';
import { platform } from '../platform.ts';
import { podContainers, publishedBy } from '../pod-containers.ts';
import type { Podman } from '../podman.ts';
import { declaredOf } from './declared.ts';
import type { Surroundings } from './observe.ts';
import { publishedSockets } from './published.ts';

/** Gathers what all observations share, and listens meanwhile where no container may reach. */
export async function withSurroundings(
  podman: Podman,
  pod: string,
  work: (surroundings: Surroundings) => Promise<void>,
): Promise<void> {
  const server = createServer((socket) => socket.destroy());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const hostPort = typeof address === 'object' && address ? address.port : 0;
  try {
    const host = { selinux: selinuxMode(), cgroup: cgroupMode() };
    const declared = await declaredOf(podman, pod);
    const published = await publishedSockets(podman, pod);
    const gateway = gatewayUrl(publishedBy(await podContainers(podman, pod)) ?? platform.published);
    await work({ podman, host, hostPort, published, declared, gateway });
  } finally {
    server.close();
  }
}
