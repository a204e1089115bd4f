import type { Podman } from './podman.ts';

/** What a network of ours is: no way out, and no name server, which podman 4 would let ask the host's for anything. */
export const networkFlags = ['--internal', '--disable-dns'] as const;

export interface Subnet {
  subnet: string;
  gateway?: string;
}

export function createNetworkCommand(podman: Podman, name: string, { subnet, gateway }: Subnet): string[] {
  const range = ['--subnet', subnet, ...(gateway ? ['--gateway', gateway] : [])];
  return podman.argv(['network', 'create', ...networkFlags, ...range, name]);
}

/** How an existing network differs from what ours must be; empty where it does not. */
export async function networkFaults(
  podman: Podman,
  name: string,
  wanted: Subnet,
): Promise<string[] | undefined> {
  const inspected = await podman.attempt(['network', 'inspect', name]);
  if (inspected.exitCode !== 0) return undefined;
  const [found] = JSON.parse(inspected.stdout) as Array<{
    internal?: boolean;
    dns_enabled?: boolean;
    subnets?: Array<{ subnet: string }>;
  }>;
  const subnets = (found?.subnets ?? []).map(({ subnet }) => subnet).join(', ');
  return [
    ...(found?.internal ? [] : ['it leads out of the machine']),
    ...(found?.dns_enabled ? ['its name server asks the outside'] : []),
    ...(subnets === wanted.subnet ? [] : [`its subnet is ${subnets || 'missing'}, not ${wanted.subnet}`]),
  ];
}
