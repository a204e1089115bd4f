import { basename } from 'node:path';
import { inspect } from 'node:util';
import { Failure } from './failure.ts';
import { helpText, type Option, parseOptions, type Usage, type Values } from './options.ts';
import { paint, say } from './terminal.ts';

/** Frame of every script: flags, `--help`, and failures that end in the next command to type. */
export async function script<O extends Record<string, Option>>(
  usage: Usage<O>,
  work: (options: Values<O>) => Promise<void>,
): Promise<void> {
  try {
    const options = parseOptions(usage, process.argv.slice(2));
    if (options === undefined) {
      process.stdout.write(helpText(basename(process.argv[1] ?? 'script', '.ts'), usage));
      return;
    }
    await work(options);
  } catch (error) {
    report(error);
  }
}

/** A failure in words, and its exit code. */
export function report(error: unknown): void {
  const failure = error instanceof Failure ? error : undefined;
  say(`${paint('red', 'error:')} ${error instanceof Error ? error.message : String(error)}`);
  if (failure?.fix) say(`${paint('cyan', '  fix:')} ${failure.fix}`);
  if (process.env.DEBUG || !failure) say(inspect(error));
  process.exitCode = failure?.exit ?? 1;
}
