import { readFileSync } from 'node:fs';

/** Why a service cannot start with the environment it was given: every problem at once, one a line. */
export class ConfigError extends Error {
  constructor(problems: readonly string[]) {
    super(`the configuration is not valid:\n  ${problems.join('\n  ')}`);
    this.name = 'ConfigError';
  }
}

export interface ConfigKey<T> {
  /** Name of the environment variable. */
  env: string;
  /** Text of the value where the variable is unset; absent where it must be set. */
  fallback?: string;
  /** What it means, with its unit; shown in docs/configuration.md. */
  help: string;
  read(text: string): T;
}

export type ConfigKeys = Readonly<Record<string, ConfigKey<unknown>>>;
export type Config<K extends ConfigKeys> = { readonly [P in keyof K]: ReturnType<K[P]['read']> };

/** Reads the environment once into a frozen, typed object. */
export function readConfig<K extends ConfigKeys>(keys: K, env: NodeJS.ProcessEnv = process.env): Config<K> {
  const problems: string[] = [];
  const values: Record<string, unknown> = {};
  for (const [name, key] of Object.entries(keys)) {
    const text = env[key.env] ?? key.fallback;
    try {
      if (text === undefined) throw new Error(`is not set: ${key.help}`);
      values[name] = key.read(text);
    } catch (error) {
      problems.push(`${key.env} ${(error as Error).message}`);
    }
  }
  if (problems.length > 0) throw new ConfigError(problems);
  return Object.freeze(values) as Config<K>;
}

type Described = { env: string; help: string; fallback?: string };

export const text = (key: Described): ConfigKey<string> => ({ ...key, read: (value) => value });

export const integer = (key: Described & { min: number; max: number }): ConfigKey<number> => ({
  ...key,
  read: (value) => {
    const number = Number(value);
    if (!/^\d+$/.test(value) || number < key.min || number > key.max) {
      throw new Error(`takes a whole number from ${key.min} to ${key.max}; got '${value}'`);
    }
    return number;
  },
});

export const oneOf = <const C extends readonly string[]>(
  key: Described & { choices: C },
): ConfigKey<C[number]> => ({
  ...key,
  read: (value) => {
    if (!key.choices.includes(value))
      throw new Error(`takes one of ${key.choices.join(', ')}; got '${value}'`);
    return value;
  },
});

/** A path whose file is read at start-up; the value is its content without surrounding white space. */
export const secretFile = (key: Described): ConfigKey<string> => ({
  ...key,
  read: (path) => {
    const secret = readFileSync(path, 'utf8').trim();
    if (secret === '') throw new Error(`names an empty file: ${path}`);
    return secret;
  },
});

/** Keys that every service has. */
export const commonKeys = {
  logLevel: oneOf({
    env: 'LOG_LEVEL',
    fallback: 'info',
    choices: ['trace', 'debug', 'info', 'warn', 'error'],
    help: 'lowest level that is logged',
  }),
  drainSeconds: integer({
    env: 'DRAIN_SECONDS',
    fallback: '20',
    min: 0,
    max: 3600,
    help: 'seconds that requests in flight may take to finish after SIGTERM',
  }),
};
