import { capabilityOf } from '../capabilities.ts';
import { all, type Unit, valueSpan } from '../project/unit.ts';
import type { Span } from '../source.ts';
import facts from '../tables/quadlet-facts.json' with { type: 'json' };
import { podmanArguments } from './podman-arguments.ts';
import { isPlain, placedWords } from './unit-words.ts';

/** One value that podman gets for an option, from the key or from PodmanArgs=. */
export interface Option {
  readonly value: string;
  readonly at: Span;
}

const listForms: Readonly<Record<string, Readonly<Record<string, string>>>> = facts.listForms;

/** All values of a key of the unit's own section, then those of the `flag` in PodmanArgs=; without quotes. */
export function options(unit: Unit, key: string, flag?: string): Option[] {
  const { section } = unit;
  if (section === undefined) return [];
  const form = listForms[section]?.[key];
  const entries = all(unit, section, key);
  const fromKey =
    form !== undefined && form !== 'line'
      ? entries
          .flatMap((entry) => placedWords(entry, form === 'words' ? 'words' : 'args'))
          .map(({ text, at }) => ({ value: text, at }))
      : entries.map((entry) => ({ value: unquoted(entry.value), at: valueSpan(entry) }));
  const fromFlag = podmanArguments(unit).filter((argument) => argument.flag === flag);
  return [...fromKey, ...fromFlag.map(({ value = '', at }) => ({ value, at }))];
}

/** The value that counts where there is only one. */
export function option(unit: Unit, key: string, flag?: string): Option | undefined {
  return options(unit, key, flag).at(-1);
}

/** Podman takes double quotes around a whole value off. */
function unquoted(value: string): string {
  return /^".*"$/s.test(value) ? value.slice(1, -1) : value;
}

/** Capabilities in capitals and without CAP_; podman takes several in a word, with commas between them. */
export function capabilities(unit: Unit, verb: 'Add' | 'Drop'): Option[] {
  return options(unit, `${verb}Capability`, `cap-${verb.toLowerCase()}`).flatMap(({ value, at }) => {
    const plain = isPlain({ text: value, at });
    return [...value.matchAll(/[^,]+/g)].map(({ 0: name, index }) => ({
      value: capabilityOf(name),
      at: plain ? { ...at, start: at.start + index, end: at.start + index + name.length } : at,
    }));
  });
}
