import type { Service } from '../platform.ts';
import { type Claim, type Finding, notHeld } from './claim.ts';
import { filesystemClaims } from './filesystem.ts';
import { identityClaims } from './identity.ts';
import { limitClaims } from './limits.ts';
import { networkClaims, portClaims } from './network.ts';
import type { Observation } from './observation.ts';
import { selinuxClaims } from './selinux.ts';
import { syscallClaims } from './syscalls.ts';

/** Every promise, in the order in which they are reported. */
export const claims: readonly Claim[] = [
  ...identityClaims,
  ...filesystemClaims,
  ...networkClaims,
  ...syscallClaims,
  ...limitClaims,
  ...selinuxClaims,
  ...portClaims,
];

/** A claim on what was seen; who saw nothing has proven nothing. */
export function judge(claim: Claim, seen: Observation, service: Service): Finding {
  const { mounts, processes, first } = seen.inside;
  const blind = mounts === '' || processes.length === 0 || first.uid === '';
  return blind ? notHeld('the observer saw neither mounts nor processes') : claim.judge(seen, service);
}
