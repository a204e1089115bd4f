import type { Claim } from './claim.ts';
import { filesystemClaims } from './filesystem.ts';
import { identityClaims } from './identity.ts';
import { limitClaims } from './limits.ts';
import { networkClaims, portClaims } from './network.ts';
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
