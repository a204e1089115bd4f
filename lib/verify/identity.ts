import { type Claim, held, notHeld, unless } from './claim.ts';
import type { Identity } from './observation.ts';

const none = Array(5).fill('0000000000000000').join(' ');

export const identityClaims: readonly Claim[] = [
  {
    id: 'user',
    title: 'runs as its own user and group, not root, with no other groups',
    layer: 'user',
    judge({ inside }, { uid }) {
      const own = Array(4).fill(uid).join('\t');
      const others = inside.processes.filter((it) => it.uid !== own || it.gid !== own || strange(it, uid));
      return unless(others.map(describe), `${inside.processes.length} processes, each ${uid}:${uid}`);
    },
  },
  {
    id: 'user-namespace',
    title: "its user is nobody's on the host: neither root nor a login",
    layer: 'user namespace',
    judge({ outside: { uid, uidMap } }) {
      const ranges = uidMap
        .trim()
        .split('\n')
        .map((line) => line.trim().split(/\s+/).map(Number));
      const range = ranges.find(([, start = 0, count = 0]) => uid >= start && uid < start + count);
      const evidence = `host uid ${uid}, map ${ranges.map((row) => row.join(' ')).join(', ')}`;
      // A range of one is the account itself; the subordinate ids come in thousands.
      return range !== undefined && (range[1] ?? 0) > 0 && (range[2] ?? 0) > 1 && ranges.length > 1
        ? held(evidence)
        : notHeld(evidence);
    },
  },
  {
    id: 'capabilities',
    title: 'no capability in any set of any process',
    layer: 'capabilities',
    judge({ inside }) {
      const able = inside.processes.filter(({ capabilities }) => capabilities !== none);
      return unless(
        able.map((it) => `${describe(it)} has ${it.capabilities}`),
        'all five sets are empty',
      );
    },
  },
  {
    id: 'no-new-privileges',
    title: 'no process can gain privileges by running a program',
    layer: 'no_new_privs',
    judge({ inside }) {
      const free = inside.processes.filter(({ noNewPrivileges }) => noNewPrivileges !== '1');
      return unless(free.map(describe), 'NoNewPrivs is 1 everywhere');
    },
  },
  {
    id: 'exec-confined',
    title: 'what `podman exec` starts is confined as the service itself is',
    layer: 'all of them',
    judge({ inside: { self, first } }) {
      const same = ['uid', 'gid', 'capabilities', 'noNewPrivileges', 'seccomp', 'label', 'cgroup'] as const;
      const differing = same.filter((key) => self[key] !== first[key]);
      return unless(
        differing.map((key) => `${key} is ${self[key]}, of the first process ${first[key]}`),
        `same ${same.join(', ')}`,
      );
    },
  },
  {
    id: 'own-processes',
    title: 'sees no processes but its own',
    layer: 'process namespace',
    judge({ inside }, { uid }) {
      const foreign = inside.processes.filter((it) => !it.uid.startsWith(`${uid}\t`));
      const some = foreign.slice(0, 3).map(describe);
      const { hidden } = inside;
      return unless(
        [
          ...(foreign.length > 0 ? [`${foreign.length} of others: ${some.join(', ')}`] : []),
          ...(hidden.length > 0 ? [`${hidden.length} that it may not look at, as process ${hidden[0]}`] : []),
        ],
        inside.processes.map(({ name }) => name).join(', '),
      );
    },
  },
];

function strange({ groups }: Identity, uid: number): boolean {
  return !['', String(uid)].includes(groups);
}

function describe({ name, uid, gid, groups }: Identity): string {
  const [user] = uid.split('\t');
  return `${name} is ${user}:${gid.split('\t')[0]}${groups ? ` (${groups})` : ''}`;
}
