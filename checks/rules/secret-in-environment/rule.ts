import { all, type Unit } from '../../project/unit.ts';
import { type Option, options } from '../../quadlet/options.ts';
import { placedWords } from '../../quadlet/unit-words.ts';
import { defineRule } from '../../rule.ts';
import { isSecretName } from '../../secret-names.ts';

/** Nothing, a switch, a path, or what systemd fills in. */
const harmless = /^(|true|false|yes|no|on|off|none|null|\d|[/%$].*)$/is;
const address = /:\/\/[^/@\s:]*:([^/@\s]+)@/;

export const rule = defineRule({
  id: 'secret-in-environment',
  title: 'a secret stands in a unit',
  severity: 'error',
  why: 'Units are readable by every user and end in version control, and systemctl show and podman inspect print their environment.',
  evidence: [
    'https://docs.podman.io/en/latest/markdown/podman-secret-create.1.html',
    'https://docs.podman.io/en/latest/markdown/podman-container.unit.5.html#secret-secret-opt-opt',
    'https://www.freedesktop.org/software/systemd/man/latest/systemd.exec.html#Environment=',
  ],
  fix: 'Store it with podman secret create, and set Secret=NAME,type=env,target=VARIABLE or better type=mount.',
  applies: 'unit',
  *check(unit) {
    for (const { value: pair, at } of environmentOf(unit)) {
      const cut = pair.indexOf('=');
      if (cut < 0) continue;
      const [key, value] = [pair.slice(0, cut), pair.slice(cut + 1)];
      if (isSecretName(key) && !harmless.test(value)) {
        yield { at, message: `the value of ${key} stands here in plain text` };
      } else if (!harmless.test(address.exec(value)?.[1] ?? '')) {
        yield { at, message: `the address in ${key} has a password in it` };
      }
    }
  },
});

function environmentOf(unit: Unit): Option[] {
  const service = all(unit, 'Service', 'Environment').flatMap((entry) => placedWords(entry, 'args'));
  return [
    ...options(unit, 'Environment', 'env'),
    ...options(unit, 'BuildArg', 'build-arg'),
    ...service.map(({ text, at }) => ({ value: text, at })),
  ];
}
