import { all, type Unit } from '../project/unit.ts';
import type { Span } from '../source.ts';
import { type PlacedWord, placedWords, tailOf } from './unit-words.ts';

/** One option of PodmanArgs=, as `podman run` reads it. */
export interface PodmanArgument {
  /** The long name without dashes: `cap-add`; `net` is `network`. */
  readonly flag: string;
  readonly value: string | undefined;
  /** The flag itself. */
  readonly flagAt: Span;
  /** Its value, or the flag where there is none. */
  readonly at: Span;
}

/** Options that take no word after them. */
const switches = new Set(
  'detach env-host http-proxy init interactive no-healthcheck no-hostname no-hosts oom-kill-disable passwd privileged publish-all quiet read-only read-only-tmpfs replace rm rmi sig-proxy tls-verify tty'.split(
    ' ',
  ),
);

const longNames: Readonly<Record<string, string>> = {
  c: 'cpu-shares',
  e: 'env',
  h: 'hostname',
  l: 'label',
  m: 'memory',
  p: 'publish',
  u: 'user',
  v: 'volume',
  w: 'workdir',
};

const known = new WeakMap<Unit, PodmanArgument[]>();

/** The options of a unit's PodmanArgs=; they stand last on podman's command line and so win over the keys. */
export function podmanArguments(unit: Unit): readonly PodmanArgument[] {
  const before = known.get(unit);
  if (before !== undefined) return before;
  const words =
    unit.section === undefined
      ? []
      : all(unit, unit.section, 'PodmanArgs').flatMap((entry) => placedWords(entry, 'args'));
  const found: PodmanArgument[] = [];
  for (let index = 0; index < words.length; index++) {
    const word = words[index] as PlacedWord;
    const long = /^--([a-z][\w-]*)(?:=(.*))?$/s.exec(word.text);
    const short = /^-([cehlmpuvw])=?(.*)$/s.exec(word.text);
    const name = long?.[1] ?? longNames[short?.[1] ?? ''];
    if (name === undefined) continue;
    const flag = name === 'net' ? 'network' : name;
    const inside = long ? long[2] : short?.[2] || undefined;
    const next = words[index + 1];
    if (inside !== undefined) {
      found.push({ flag, value: inside, flagAt: word.at, at: tailOf(word, inside.length) });
    } else if (next === undefined || switches.has(flag)) {
      found.push({ flag, value: undefined, flagAt: word.at, at: word.at });
    } else {
      found.push({ flag, value: next.text, flagAt: word.at, at: next.at });
      index++;
    }
  }
  known.set(unit, found);
  return found;
}

/** A `--security-opt` in PodmanArgs=: `label=disable` is the option `label` of the value `disable`. */
export interface SecurityOption {
  readonly name: string;
  readonly value: string | undefined;
  readonly at: Span;
}

export function securityOptions(unit: Unit): SecurityOption[] {
  return podmanArguments(unit)
    .filter(({ flag, value }) => flag === 'security-opt' && value !== undefined)
    .map(({ value = '', at }) => {
      // Docker's old form with a colon is taken too, where there is no equals sign.
      const cut = value.search(value.includes('=') ? /=/ : /:/);
      return cut < 0
        ? { name: value, value: undefined, at }
        : { name: value.slice(0, cut), value: value.slice(cut + 1), at };
    });
}
