import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { stripVTControlCharacters } from 'node:util';
import { Failure } from './failure.ts';
import { root } from './paths.ts';

export interface Counts {
  passed: number;
  failed: number;
  skipped: number;
}

/** Adds what one line of a runner's output says. */
export type CountLine = (line: string, counts: Counts) => void;

/** The Test Anything Protocol, as bats speaks it. */
export const countTap: CountLine = (line, counts) => {
  if (/^ok \d+ .*# skip/i.test(line)) counts.skipped++;
  else if (/^ok \d+/.test(line)) counts.passed++;
  else if (/^not ok \d+/.test(line)) counts.failed++;
};

/** uvu's closing lines. */
export const countUvu: CountLine = (text, counts) => {
  const line = stripVTControlCharacters(text);
  const found = /^\s*(Total|Passed|Skipped):\s+(\d+)\s*$/.exec(line);
  const number = Number(found?.[2] ?? 0);
  // `Total` comes first: what is neither passed nor skipped of it has failed.
  if (found?.[1] === 'Total') counts.failed += number;
  if (found?.[1] === 'Passed') counts.passed += number;
  if (found?.[1] === 'Skipped') counts.skipped += number;
  if (found && found[1] !== 'Total') counts.failed -= number;
};

/** Longer than any tier takes by far; a run that hangs ends here as a failure. */
const usualLimit = 1800;

/** Runs a command in the repository, shows what it says, and counts; a failure without a failed test is one. */
export async function runCounting(
  argv: readonly string[],
  count: CountLine,
  env: Readonly<Record<string, string>> = {},
  limitSeconds = usualLimit,
): Promise<Counts> {
  const counts: Counts = { passed: 0, failed: 0, skipped: 0 };
  const child = spawn('timeout', ['--foreground', '--kill-after=30', String(limitSeconds), ...argv], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
    // A group of its own: a signal reaches whatever the runner has started, which a shell that waits would not pass on.
    detached: true,
    env: { ...process.env, FORCE_COLOR: '0', ...env },
  });
  const closed = new Promise<number>((resolve) => {
    child.once('error', () => resolve(127));
    child.once('close', (code) => resolve(code ?? 1));
  });
  for (const input of [child.stdout, child.stderr]) {
    createInterface({ input }).on('line', (line) => {
      process.stderr.write(`${line}\n`);
      count(line, counts);
    });
  }
  // The runner gets to clean up, whoever was told to stop.
  let interrupted = false;
  const passOn = (signal: NodeJS.Signals) => {
    interrupted = true;
    if (child.pid !== undefined) process.kill(-child.pid, signal);
  };
  process.on('SIGINT', passOn).on('SIGTERM', passOn);
  const exit = await closed;
  process.off('SIGINT', passOn).off('SIGTERM', passOn);
  if (interrupted) throw new Failure('interrupted');
  // It cannot be tested here, and says why.
  if (exit === 77) counts.skipped++;
  else if (exit !== 0 && counts.failed === 0) counts.failed++;
  return counts;
}

export function summary({ passed, failed, skipped }: Counts): string {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
}
