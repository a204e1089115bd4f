import { addAbortSignal, type Readable } from 'node:stream';
import { text as readText } from 'node:stream/consumers';
import { planFromAddress } from './address.ts';
import type { Context } from './context.ts';
import { exportModels } from './export.ts';
import { ModelFailure } from './failure.ts';
import { planFromHub } from './hub.ts';
import { importBundle } from './import-bundle.ts';
import { importFiles } from './import-files.ts';
import { inventory, inventoryText } from './inventory.ts';
import { parseLock } from './lock.ts';
import { pullLocked } from './locked.ts';
import type { Plan } from './plan.ts';
import { readPresets, writePresets } from './presets.ts';
import { pull } from './pull.ts';
import { planFromRegistry } from './registry.ts';
import { remove } from './remove.ts';
import { parseSource } from './source.ts';
import { findingText, isDifference, verify } from './verify.ts';

export interface VerbOptions {
  folder: string;
  json: boolean;
  force: boolean;
  /** Pull what a lock file on stdin says. */
  locked: boolean;
  insecureHttp: boolean;
  name: string | undefined;
  /** Of an import: for the record, `file:` and the path on the host. */
  source: string;
  /** Of an import: what the file or folder is called. */
  label: string;
  /** Names of models, or sources. */
  names: readonly string[];
}

type Verb = (context: Context, options: VerbOptions) => Promise<void>;

export const verbs = {
  list: async ({ folder }, { json }) => {
    const models = await inventory(folder);
    process.stdout.write(json ? `${JSON.stringify(models, null, 2)}\n` : inventoryText(models));
  },
  pull: async (context, { locked, names, name, force }) => {
    if (locked) return pullLocked(context, parseLock(await readText(input(context))), { force });
    if (name !== undefined && names.length > 1) {
      throw new ModelFailure('--name can name only one model', { exit: 2, fix: 'pull them one by one' });
    }
    // All of them are understood before the first is fetched.
    for (const source of names.map(parseSource)) {
      await pull(context, await planOf(context, source, name), { force });
    }
  },
  remove: async (context, { names }) => remove(context, names),
  verify: async (context, { names, json }) => {
    const findings = await verify(context, names);
    const lines = findings.map((finding) => `${findingText(finding)}\n`).join('');
    process.stdout.write(json ? `${JSON.stringify(findings, null, 2)}\n` : lines);
    if (findings.some(isDifference)) process.exitCode = 1;
  },
  'import-bundle': async (context, { force }) => {
    await importBundle(context, input(context), { force });
  },
  'import-files': async (context, options) => {
    await importFiles(context, input(context), options);
  },
  presets: async ({ folder }) => {
    process.stdout.write(await readPresets(folder));
  },
  'set-presets': async (context) => writePresets(context.folder, await readText(input(context))),
  export: async (context, { names }) => exportModels(context, names, process.stdout),
} as const satisfies Readonly<Record<string, Verb>>;

export function isVerb(word: string): word is keyof typeof verbs {
  return Object.hasOwn(verbs, word);
}

/** Ends with the rest when the user wants out. */
function input({ transport }: Context): Readable {
  return addAbortSignal(transport.signal, process.stdin);
}

async function planOf(
  { transport, hub }: Context,
  source: ReturnType<typeof parseSource>,
  name?: string,
): Promise<Plan> {
  switch (source.kind) {
    case 'hub':
      return planFromHub(transport, hub, source, name);
    case 'registry':
      return planFromRegistry(transport, source, name);
    case 'url':
      return planFromAddress(transport, source, name);
  }
}
