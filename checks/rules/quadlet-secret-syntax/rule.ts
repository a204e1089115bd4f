import { wordsOf } from '../../project/lookup.ts';
import { isFilledIn } from '../../project/unit.ts';
import { defineRule } from '../../rule.ts';

const patterns: Readonly<Record<string, RegExp>> = {
  source: /./,
  type: /^(mount|env)$/,
  target: /^/,
  mode: /^[0-7]+$/,
  uid: /^\d+$/,
  UID: /^\d+$/,
  gid: /^\d+$/,
  GID: /^\d+$/,
};

export const rule = defineRule({
  id: 'quadlet-secret-syntax',
  title: 'podman cannot read a Secret=',
  severity: 'error',
  why: 'The generator hands it on unread, and podman refuses it each time the service starts.',
  evidence: [
    'https://docs.podman.io/en/latest/markdown/podman-systemd.unit.5.html#secret',
    'https://github.com/containers/podman/blob/v5.4.2/pkg/specgenutil/specgen.go',
  ],
  fix: 'Write NAME, or NAME,type=mount,target=PATH,uid=N,gid=N,mode=0400, or NAME,type=env,target=VARIABLE.',
  applies: 'unit',
  *check(unit) {
    if (unit.type !== 'container') return;
    for (const { text, at } of wordsOf(unit, 'Container', 'Secret', 'args')) {
      const problem = isFilledIn(text) || !text.includes(',') ? undefined : problemOf(text.split(','));
      if (problem) yield { at, message: `'${text}': ${problem}` };
    }
  },
});

function problemOf([first = '', ...rest]: readonly string[]): string | undefined {
  const named = first.includes('=') ? [first, ...rest] : rest;
  for (const option of named) {
    const [name = '', ...value] = option.split('=');
    const pattern = Object.hasOwn(patterns, name) ? patterns[name] : undefined;
    if (pattern === undefined || value.length === 0) return `there is no option '${option}'`;
    if (!pattern.test(value.join('='))) return `'${option}' is not possible`;
  }
  const ofMount = named.find((option) => /^(mode|uid|gid|UID|GID)=/.test(option));
  return named.includes('type=env') && ofMount ? `'${ofMount}' is for type=mount` : undefined;
}
