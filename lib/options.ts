import { parseArgs } from 'node:util';
import { Failure } from './failure.ts';
import { nearest } from './nearest.ts';

export interface Option {
  type: 'boolean' | 'string';
  help: string;
  /** Placeholder of a string's value in the help text. */
  value?: string;
  /** The values that are allowed. */
  choices?: readonly string[];
}

export interface Usage<O extends Record<string, Option>> {
  /** One line: what the script does. */
  summary: string;
  options: O;
  /** Name of the positional arguments, where the script takes any. */
  positionals?: string;
  /** What the first of them may be, where it is a verb, and what each does. */
  verbs?: Readonly<Record<string, { help: string }>>;
}

export type Values<O extends Record<string, Option>> = {
  readonly [K in keyof O]: O[K]['type'] extends 'boolean' ? boolean : string | undefined;
} & { readonly positionals: readonly string[] };

/** Flags into one frozen object; `undefined` where `--help` was asked for. */
export function parseOptions<O extends Record<string, Option>>(
  usage: Usage<O>,
  argv: readonly string[],
): Values<O> | undefined {
  if (argv.includes('--help') || argv.includes('-h')) return undefined;
  const names = Object.keys(usage.options);
  for (const word of argv) refuseUnknown(word, names);
  const { values, positionals } = parse(usage, argv);
  if (positionals.length > 0 && usage.positionals === undefined) {
    throw new Failure(`unexpected argument '${positionals[0]}'`, { exit: 2, fix: 'see --help' });
  }
  for (const name of names) refuseChoice(name, usage.options[name], values[name]);
  const complete = Object.fromEntries(
    names.map((name) => [
      name,
      values[name] ?? (usage.options[name]?.type === 'boolean' ? false : undefined),
    ]),
  );
  return Object.freeze({ ...complete, positionals }) as Values<O>;
}

export function helpText(name: string, usage: Usage<Record<string, Option>>): string {
  const rows = Object.entries(usage.options).map(([flag, option]) => {
    const value = option.type === 'string' ? ` ${option.value ?? 'VALUE'}` : '';
    const choices = option.choices ? ` (${option.choices.join(', ')})` : '';
    return `  ${`--${flag}${value}`.padEnd(24)} ${option.help}${choices}`;
  });
  const verbs = Object.entries(usage.verbs ?? {}).map(([verb, { help }]) => `  ${verb.padEnd(24)} ${help}`);
  const head = `Usage: ${name} [options]${usage.positionals ? ` ${usage.positionals}` : ''}`;
  return [
    head,
    '',
    usage.summary,
    '',
    ...verbs,
    ...(verbs.length > 0 ? [''] : []),
    ...rows,
    `  ${'--help'.padEnd(24)} show this text`,
    '',
  ].join('\n');
}

function parse(usage: Usage<Record<string, Option>>, argv: readonly string[]) {
  const options = Object.fromEntries(Object.entries(usage.options).map(([k, o]) => [k, { type: o.type }]));
  try {
    return parseArgs({ args: [...argv], options, allowPositionals: true, strict: true });
  } catch (cause) {
    throw new Failure((cause as Error).message, { exit: 2, fix: 'see --help', cause });
  }
}

function refuseUnknown(word: string, names: readonly string[]): void {
  const flag = /^--([^=]+)/.exec(word)?.[1];
  if (flag === undefined || names.includes(flag)) return;
  const near = nearest(flag, [...names, 'help']);
  throw new Failure(`unknown flag --${flag}`, {
    exit: 2,
    fix: near ? `did you mean --${near}?` : 'see --help',
  });
}

function refuseChoice(name: string, option: Option | undefined, value: unknown): void {
  if (!option?.choices || value === undefined || option.choices.includes(String(value))) return;
  const near = nearest(String(value), option.choices);
  throw new Failure(`--${name} takes one of ${option.choices.join(', ')}; got '${value}'`, {
    exit: 2,
    fix: near ? `did you mean ${near}?` : 'see --help',
  });
}
