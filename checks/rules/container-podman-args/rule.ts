import { isOlder, quadletKeys } from '../../project/keys.ts';
import { last } from '../../project/unit.ts';
import { type PodmanArgument, podmanArguments } from '../../quadlet/podman-arguments.ts';
import { defineRule } from '../../rule.ts';
import { textOf } from '../../source.ts';

const keys: Readonly<Record<string, string>> = {
  'cap-add': 'AddCapability',
  'cap-drop': 'DropCapability',
  device: 'AddDevice',
  env: 'Environment',
  'health-cmd': 'HealthCmd',
  'health-on-failure': 'HealthOnFailure',
  memory: 'Memory',
  mount: 'Mount',
  network: 'Network',
  'pids-limit': 'PidsLimit',
  pod: 'Pod',
  publish: 'PublishPort',
  'read-only': 'ReadOnly',
  'read-only-tmpfs': 'ReadOnlyTmpfs',
  secret: 'Secret',
  tmpfs: 'Tmpfs',
  user: 'User',
  userns: 'UserNS',
  volume: 'Volume',
};

const securityKeys: ReadonlyArray<readonly [option: RegExp, key: string]> = [
  [/^no-new-privileges/, 'NoNewPrivileges'],
  [/^label[=:]disable$/, 'SecurityLabelDisable'],
  [/^label[=:]nested$/, 'SecurityLabelNested'],
  [/^label[=:]type:/, 'SecurityLabelType'],
  [/^label[=:]filetype:/, 'SecurityLabelFileType'],
  [/^label[=:]level:/, 'SecurityLabelLevel'],
  [/^seccomp[=:]/, 'SeccompProfile'],
  [/^mask[=:]/, 'Mask'],
  [/^unmask[=:]/, 'Unmask'],
  [/^apparmor[=:]/, 'AppArmor'],
];

export const rule = defineRule({
  id: 'container-podman-args',
  title: 'PodmanArgs= sets what has a key of its own',
  severity: 'warning',
  why: 'Arguments stand last on the command line and override the keys; drop-ins cannot take back one of them, and Quadlet sees no other unit in them.',
  evidence: [
    'https://docs.podman.io/en/latest/markdown/podman-container.unit.5.html#podmanargs',
    'https://github.com/containers/podman/blob/main/pkg/systemd/quadlet/quadlet.go',
  ],
  fix: 'Write it as its key.',
  applies: 'unit',
  *check(unit, { podman }) {
    const { section } = unit;
    if (section !== 'Container' && section !== 'Pod') return;
    for (const argument of podmanArguments(unit)) {
      const key = keyOf(argument);
      const since = quadletKeys(section).get(key ?? '');
      if (key === undefined || since === undefined || isOlder(podman, since)) continue;
      // Units that are to run on podman before 5.5 too have only this; it harms where the key is there besides.
      if (key === 'Memory' && !last(unit, section, key)) continue;
      const written = textOf(argument.flagAt).split('=')[0];
      yield { at: argument.flagAt, message: `${written} has the key ${key}=` };
    }
  },
});

function keyOf({ flag, value = '' }: PodmanArgument): string | undefined {
  if (flag === 'security-opt') return securityKeys.find(([option]) => option.test(value))?.[1];
  return Object.hasOwn(keys, flag) ? keys[flag] : undefined;
}
