/** One condition on an argument, as runtimes take it: the argument equals `value`, or `valueTwo` under the mask `value`. */
export interface Condition {
  index: number;
  op: 'SCMP_CMP_EQ' | 'SCMP_CMP_MASKED_EQ';
  value: number;
  valueTwo?: number;
}

const equals = (index: number, value: number): Condition => ({ index, op: 'SCMP_CMP_EQ', value });
const masked = (index: number, value: number, valueTwo: number): Condition => ({
  index,
  op: 'SCMP_CMP_MASKED_EQ',
  value,
  valueTwo,
});

/** clone: none of CLONE_NEWCGROUP, NEWUTS, NEWIPC, NEWUSER, NEWPID, NEWNET, NEWNS. */
export const noNamespaces = [[masked(0, 0x7e020000, 0)]];

const [unix, inet, netlink, inet6] = [1, 2, 16, 10];
const [anyProtocol, tcp, udp] = [0, 6, 17];

/** socket: not AF_VSOCK, AF_PACKET, AF_ALG …, nor protocols (SCTP, MPTCP …) that load a kernel module. */
export const ordinarySockets = [
  [equals(0, unix)],
  ...[inet, inet6].flatMap((family) =>
    [anyProtocol, tcp, udp].map((protocol) => [equals(0, family), equals(2, protocol)]),
  ),
  // Protocol 0 of netlink is NETLINK_ROUTE: getifaddrs asks it for addresses.
  [equals(0, netlink), equals(2, 0)],
];

export const unixPairs = [[equals(0, unix)]];

/** From <asm-generic/ioctls.h> and <linux/sockios.h>; terminals' by name, since TIOCSTI and TIOCLINUX are among them. */
const requests = {
  TCGETS: 0x5401,
  TCSETS: 0x5402,
  TCSETSW: 0x5403,
  TCSETSF: 0x5404,
  TCSBRK: 0x5409,
  TCFLSH: 0x540b,
  TIOCSCTTY: 0x540e,
  TIOCGPGRP: 0x540f,
  TIOCSPGRP: 0x5410,
  TIOCGWINSZ: 0x5413,
  TIOCSWINSZ: 0x5414,
  FIONREAD: 0x541b,
  FIONBIO: 0x5421,
  TIOCNOTTY: 0x5422,
  TIOCGSID: 0x5429,
  TCGETS2: 0x802c542a,
  TCSETS2: 0x402c542b,
  TCSETSW2: 0x402c542c,
  TCSETSF2: 0x402c542d,
  FIONCLEX: 0x5450,
  FIOCLEX: 0x5451,
  FIOASYNC: 0x5452,
  SIOCGIFNAME: 0x8910,
  SIOCGIFINDEX: 0x8933,
  FICLONE: 0x40049409,
};
export const ioctls = Object.values(requests).map((request) => [equals(1, request)]);

/** The byte of a request that says whose it is: 'T' for terminals. */
const terminals = 'T'.charCodeAt(0);

/** Whatever a graphics driver is asked: its byte differs from the terminals' in at least one bit. */
export const anyIoctlButTerminals = [0, 1, 2, 3, 4, 5, 6, 7].map((bit) => {
  const mask = (1 << bit) << 8;
  return [masked(1, mask, ~(terminals << 8) & mask)];
});

/** From <linux/prctl.h>. */
const options = {
  PR_SET_PDEATHSIG: 1,
  PR_GET_PDEATHSIG: 2,
  PR_GET_DUMPABLE: 3,
  PR_SET_DUMPABLE: 4,
  PR_SET_KEEPCAPS: 8,
  PR_SET_NAME: 15,
  PR_GET_NAME: 16,
  PR_GET_SECCOMP: 21,
  PR_CAPBSET_READ: 23,
  PR_CAPBSET_DROP: 24,
  PR_SET_TIMERSLACK: 29,
  PR_GET_TIMERSLACK: 30,
  PR_SET_CHILD_SUBREAPER: 36,
  PR_GET_CHILD_SUBREAPER: 37,
  PR_SET_NO_NEW_PRIVS: 38,
  PR_GET_NO_NEW_PRIVS: 39,
  PR_GET_TID_ADDRESS: 40,
  PR_SET_THP_DISABLE: 41,
  PR_GET_THP_DISABLE: 42,
  PR_CAP_AMBIENT: 47,
  PR_GET_SPECULATION_CTRL: 52,
  PR_SET_VMA: 0x53564d41,
};
export const prctls = Object.values(options).map((option) => [equals(0, option)]);

/** Whether a call with these arguments meets all conditions. */
export function holds(conditions: readonly Condition[], args: readonly bigint[]): boolean {
  return conditions.every(({ index, op, value, valueTwo = 0 }) =>
    op === 'SCMP_CMP_EQ'
      ? args[index] === BigInt(value)
      : ((args[index] ?? 0n) & BigInt(value)) === BigInt(valueTwo),
  );
}
