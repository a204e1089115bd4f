import { Failure } from './failure.ts';
import { nearest } from './nearest.ts';
import type { Option, Usage, Values } from './options.ts';

export const modelOptions = {
  json: { type: 'boolean', help: 'list, verify: print JSON' },
  name: { type: 'string', help: 'pull, import: call the model so' },
  force: { type: 'boolean', help: 'pull, import, export: replace what has the name already' },
  locked: {
    type: 'boolean',
    help: 'pull: exactly what FILE, a models.lock.json (default: standard input), says',
  },
  network: { type: 'string', value: 'NETWORK', help: "pull: 'host' or a podman network to go out through" },
  'insecure-http': { type: 'boolean', help: 'pull: allow unencrypted http' },
  pod: { type: 'string', value: 'POD', help: 'the pod whose models volume is meant' },
} as const satisfies Readonly<Record<string, Option>>;

interface Verb {
  help: string;
  flags: ReadonlyArray<keyof typeof modelOptions>;
  /** How many arguments it takes. */
  least: number;
  most: number;
}

const many = Number.POSITIVE_INFINITY;

export const modelVerbs = {
  list: { help: 'the models there are (the default)', flags: ['json'], least: 0, most: 0 },
  pull: {
    help: 'SOURCE…: hf://org/repo[@revision][:quantisation], https://…/x.gguf, oci://registry/name, file:PATH',
    flags: ['name', 'force', 'locked', 'network', 'insecure-http'],
    least: 1,
    most: many,
  },
  remove: { help: 'NAME…: delete models', flags: [], least: 1, most: many },
  verify: { help: '[NAME…]: hash the files again and compare', flags: ['json'], least: 0, most: many },
  import: {
    help: 'FILE|DIR: an export, a .gguf file, a folder',
    flags: ['name', 'force'],
    least: 1,
    most: 1,
  },
  export: {
    help: 'FILE.tar|- [NAME…]: for a machine without network',
    flags: ['force'],
    least: 1,
    most: many,
  },
  presets: {
    help: '[FILE]: print, or replace, the settings per language model',
    flags: [],
    least: 0,
    most: 1,
  },
  starter: { help: 'construct the starter models again', flags: [], least: 0, most: 0 },
} as const satisfies Readonly<Record<string, Verb>>;

export type ModelVerb = keyof typeof modelVerbs;

export const modelUsage = {
  summary: 'Manages the models in the volume that the services read.',
  options: modelOptions,
  positionals: '[VERB] [ARGUMENT …]',
  verbs: modelVerbs,
} as const satisfies Usage<Readonly<Record<string, Option>>>;

export type ModelValues = Values<typeof modelOptions>;

/** The verb that was typed and its arguments; a flag or a number of arguments that does not fit is refused. */
export function parseVerb(values: ModelValues): { verb: ModelVerb; names: readonly string[] } {
  const [word = 'list', ...names] = values.positionals;
  if (!Object.hasOwn(modelVerbs, word)) {
    const near = nearest(word, Object.keys(modelVerbs));
    throw new Failure(`unknown verb '${word}'`, {
      exit: 2,
      fix: near ? `did you mean ${near}?` : 'see --help',
    });
  }
  const verb = word as ModelVerb;
  const { flags, least, most, help }: Verb = modelVerbs[verb];
  const given = Object.keys(modelOptions).filter((name) => values[name as keyof typeof modelOptions]);
  const wrong = given.find((name) => name !== 'pod' && !(flags as readonly string[]).includes(name));
  if (wrong) throw new Failure(`--${wrong} means nothing to ${verb}`, { exit: 2, fix: 'see --help' });
  // A lock says what to pull.
  const [from, to] = values.locked ? [0, 1] : [least, most];
  if (names.length >= from && names.length <= to) return { verb, names };
  const takes =
    to === 0 ? 'no argument' : from === to ? 'one argument' : from === 0 ? `at most ${to}` : 'at least one';
  throw new Failure(`${verb} takes ${takes}; got ${names.length}`, { exit: 2, fix: `${verb} ${help}` });
}
