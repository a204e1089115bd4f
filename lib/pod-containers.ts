import { type Platform, platform } from './platform.ts';
import type { Podman } from './podman.ts';

export interface PodContainer {
  name: string;
  /** As `podman ps` words it: `Up 3 minutes`. */
  status: string;
  ports: ReadonlyArray<{ host_ip: string; host_port: number; container_port: number }>;
}

interface Listed {
  Names: string[];
  Status: string;
  Ports: PodContainer['ports'] | null;
}

/** The containers of a pod, its infra container among them. */
export async function podContainers(podman: Podman, pod: string): Promise<PodContainer[]> {
  const text = await podman.run(['ps', '--all', '--filter', `pod=${pod}`, '--format', 'json']);
  return (JSON.parse(text) as Listed[]).map(({ Names, Status, Ports }) => ({
    name: Names[0] ?? '',
    // Health is asked of the gateway; podman's own word for it stays '(starting)' where no systemd runs its timers.
    status: Status.replace(' (starting)', ''),
    ports: Ports ?? [],
  }));
}

/** Where the pod is published, as it runs. */
export function publishedBy(containers: readonly PodContainer[]): Platform['published'] | undefined {
  const { containerPort } = platform.published;
  const port = containers
    .flatMap((container) => container.ports)
    .find((entry) => entry.container_port === containerPort);
  return port && { ip: port.host_ip || '0.0.0.0', hostPort: port.host_port, containerPort };
}
