import { parseArgs } from 'node:util';
import type { Context } from './context.ts';
import { ModelFailure } from './failure.ts';
import { createNarrator } from './narration.ts';
import { createTransport } from './transport.ts';
import { isVerb, type VerbOptions, verbs } from './verbs.ts';

/**
 * What `make models` runs inside the image: `main.ts VERB [options] [NAME|SOURCE …]`. The host's script checks what
 * the user typed; stdout carries data, stderr what is said meanwhile.
 */
const interrupt = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => interrupt.abort());

const live = process.env.PROGRESS === 'live';
const narrator = createNarrator({
  write: (text) => process.stderr.write(text),
  live,
  columns: Number(process.env.COLUMNS) || 80,
  now: () => performance.now(),
});

try {
  const { verb, options } = readArguments();
  await verbs[verb](contextOf(options), options);
} catch (error) {
  report(error);
}

function readArguments(): { verb: keyof typeof verbs; options: VerbOptions } {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      folder: { type: 'string', default: '/models' },
      json: { type: 'boolean', default: false },
      force: { type: 'boolean', default: false },
      locked: { type: 'boolean', default: false },
      'insecure-http': { type: 'boolean', default: false },
      name: { type: 'string' },
      source: { type: 'string', default: 'file:' },
      label: { type: 'string', default: 'model' },
    },
  });
  const [verb = '', ...names] = positionals;
  if (!isVerb(verb)) throw new ModelFailure(`unknown verb '${verb}'`, { exit: 2 });
  const { 'insecure-http': insecureHttp, ...rest } = values;
  return { verb, options: { ...rest, name: values.name, insecureHttp, names } };
}

function contextOf({ folder, insecureHttp }: VerbOptions): Context {
  const endpoint = (process.env.HF_ENDPOINT || 'https://huggingface.co').replace(/\/+$/, '');
  if (!URL.canParse(endpoint))
    throw new ModelFailure(`HF_ENDPOINT is no address: '${endpoint}'`, { exit: 2 });
  // Whoever sets HF_ENDPOINT to http:// has said that this one host may be asked so.
  const { protocol, hostname } = new URL(endpoint);
  const plainHosts = insecureHttp ? 'all' : protocol === 'http:' ? [hostname] : [];
  return {
    folder,
    transport: createTransport({ signal: interrupt.signal, plainHosts, say: narrator.say }),
    hub: { endpoint, token: process.env.HF_TOKEN || undefined },
    narrator,
    now: () => new Date().toISOString(),
  };
}

function report(error: unknown): void {
  if (interrupt.signal.aborted) {
    const rest = process.argv.includes('pull')
      ? '; what has arrived is kept, and the same command goes on from there'
      : '';
    narrator.say(`interrupted${rest}`);
    process.exitCode = 130;
    return;
  }
  const failure = error instanceof ModelFailure ? error : undefined;
  narrator.say(`error: ${error instanceof Error ? error.message : String(error)}`);
  if (failure?.fix) narrator.say(`  fix: ${failure.fix}`);
  if (!failure && error instanceof Error) narrator.say(String(error.stack));
  process.exitCode = failure?.exit ?? 1;
}
