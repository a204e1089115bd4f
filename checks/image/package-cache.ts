import type { Instruction } from '../project/containerfile.ts';
import type { Span } from '../source.ts';
import { assignmentsOf, partsOf } from './instructions.ts';
import { type RunCommand, runCommands } from './run-commands.ts';

export interface KeptCache {
  readonly program: string;
  /** What of it stays in the layer. */
  readonly folder: string;
  readonly at: Span;
}

interface Manager {
  readonly programs: RegExp;
  readonly verbs: RegExp;
  readonly folder: string;
  /** An option that keeps nothing. */
  readonly option?: string;
  /** A variable of ENV that does the same. */
  readonly variable?: string;
  /** A later command that clears it; the folder can always be removed. */
  readonly clears?: RegExp;
}

const rpm = { verbs: /^(install|upgrade|update)$/, folder: '/var/cache', clears: /\bclean\b/ };

const managers: readonly Manager[] = [
  { programs: /^apt(-get)?$/, verbs: /^install$/, folder: '/var/lib/apt', clears: /\bdist-?clean\b/ },
  { programs: /^apk$/, verbs: /^add$/, folder: '/var/cache/apk', option: '--no-cache' },
  { ...rpm, programs: /^dnf5?$/ },
  { ...rpm, programs: /^microdnf$/ },
  { ...rpm, programs: /^yum$/ },
  { ...rpm, programs: /^zypper$/, verbs: /^(install|in|update|up)$/, clears: /\b(clean|cc)\b/ },
  {
    programs: /^pip3?$/,
    verbs: /^install$/,
    folder: '.cache',
    option: '--no-cache-dir',
    variable: 'PIP_NO_CACHE_DIR',
    clears: /\bcache purge\b/,
  },
];

/** Package caches that a RUN leaves in its layer; `environment` holds the names that ENV has set before it. */
export function keptCaches(instruction: Instruction, environment: ReadonlySet<string>): KeptCache[] {
  const mounts = partsOf(instruction).flags.filter(({ value }) => /(^|,)type=(cache|tmpfs)(,|$)/.test(value));
  // One for each package manager, at its last command: what clears must stand after it.
  const found = new Map<Manager, KeptCache>();
  for (const command of runCommands(instruction)) {
    const { program, args, programAt: at } = command;
    for (const manager of managers) {
      const { option, variable = '', folder } = manager;
      if (clears(command, manager)) found.delete(manager);
      if (!manager.programs.test(program) || !args.some(({ text }) => manager.verbs.test(text))) continue;
      if (args.some(({ text }) => text === option) || environment.has(variable)) continue;
      if (mounts.some(({ value }) => value.includes(folder))) continue;
      found.set(manager, { program, folder, at });
    }
  }
  return [...found.values()];
}

function clears({ program, args }: RunCommand, manager: Manager): boolean {
  if (program === 'rm' || program === 'find') return args.some(({ text }) => text.includes(manager.folder));
  return (
    manager.programs.test(program) && manager.clears?.test(args.map(({ text }) => text).join(' ')) === true
  );
}

/** The names that an instruction sets with ENV or ARG. */
export function namesSet(instruction: Instruction): string[] {
  return /^(ENV|ARG)$/.test(instruction.keyword) ? assignmentsOf(instruction).map(({ name }) => name) : [];
}
