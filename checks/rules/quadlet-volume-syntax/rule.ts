import { all, isFilledIn, valueSpan } from '../../project/unit.ts';
import { defineRule } from '../../rule.ts';

/** Of each group one at most. */
const groups = [
  ...['exec noexec', 'dev nodev', 'suid nosuid', 'rw ro', 'z Z O', 'U', 'bind rbind', 'copy nocopy'],
  ...['private rprivate shared rshared slave rslave unbindable runbindable', 'no-dereference'],
].map((group) => group.split(' '));

export const rule = defineRule({
  id: 'quadlet-volume-syntax',
  title: 'podman cannot read a Volume=',
  severity: 'error',
  why: 'The generator hands it on unread, and podman refuses it each time the service starts.',
  evidence: [
    'https://docs.podman.io/en/latest/markdown/podman-systemd.unit.5.html#volume',
    'https://github.com/containers/common/blob/main/pkg/parse/parse.go',
  ],
  fix: 'Write SOURCE:/PATH/INSIDE[:OPTIONS]; the source is an absolute path, ./relative, a volume name or NAME.volume.',
  applies: 'unit',
  *check(unit) {
    if (unit.section === undefined || !/^(container|pod)$/.test(unit.type)) return;
    for (const entry of all(unit, unit.section, 'Volume')) {
      const problem = isFilledIn(entry.value) ? undefined : problemOf(entry.value);
      if (problem) yield { at: valueSpan(entry), message: `'${entry.value}': ${problem}` };
    }
  },
});

function problemOf(value: string): string | undefined {
  const parts = value.split(':');
  if (parts.length > 3) return 'it has more than three parts';
  const [source = '', target = ''] = parts.length === 1 ? ['', ...parts] : parts;
  if (!target.startsWith('/')) return `'${target}' is no absolute path in the container`;
  const isPath = /^[/.]/.test(source);
  if (source !== '' && !isPath && !/^[a-zA-Z0-9][\w.@-]*$/.test(source))
    return `'${source}' is neither a path nor a name: paths begin with / or ./`;
  return parts[2] === undefined ? undefined : optionProblem(parts[2].split(','));
}

function optionProblem(options: readonly string[]): string | undefined {
  const known = options.filter((option) => !/^(idmap|cached$|delegated$)|upperdir|workdir/.test(option));
  const unknown = known.find((option) => !groups.some((group) => group.includes(option)));
  if (unknown !== undefined) return `there is no option '${unknown}'`;
  const double = groups.map((group) => known.filter((option) => group.includes(option)));
  const twice = double.find((found) => found.length > 1);
  return twice && `'${twice.join("' and '")}' exclude each other`;
}
