import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { podState } from '../lib/deployment.ts';
import { Failure } from '../lib/failure.ts';
import { isAtLeast, type Level, type LogLine, levels, parseLogLine } from '../lib/log-lines.ts';
import { platform } from '../lib/platform.ts';
import { requirePodman } from '../lib/podman.ts';
import { script } from '../lib/script.ts';
import { paint } from '../lib/terminal.ts';

const usage = {
  summary: "All services' logs, interleaved by time.",
  options: {
    service: {
      type: 'string',
      help: 'only this service',
      choices: platform.services.map(({ name }) => name),
    },
    level: { type: 'string', help: 'only this level and above', choices: levels },
    tail: { type: 'string', value: 'N', help: 'the last N lines of each service (50)' },
    follow: { type: 'boolean', help: 'go on as lines come, until Ctrl-C' },
    json: { type: 'boolean', help: 'the lines as they were written' },
  },
} as const;

const colours: Readonly<Record<Level, Parameters<typeof paint>[0]>> = {
  trace: 'dim',
  debug: 'dim',
  info: 'green',
  warn: 'yellow',
  error: 'red',
  fatal: 'red',
};

await script(usage, async (options) => {
  const podman = requirePodman();
  if ((await podState(podman, platform.name)) === undefined) {
    throw new Failure('the platform is not deployed', { fix: 'make up' });
  }
  if (options.tail !== undefined && !/^\d+$/.test(options.tail)) {
    throw new Failure(`--tail takes a whole number; got '${options.tail}'`, { exit: 2, fix: '--tail 100' });
  }
  const names = platform.services
    .map(({ name }) => name)
    .filter((name) => (options.service ?? name) === name);
  const flags = ['--tail', options.tail ?? '50', ...(options.follow ? ['--follow'] : [])];
  const wanted = (line: LogLine) => options.level === undefined || isAtLeast(line, options.level as Level);
  const show = (text: string, service: string) => {
    const line = parseLogLine(text);
    if (line ? wanted(line) : options.level === undefined) {
      process.stdout.write(`${options.json ? text : line ? pretty(line) : `${service}: ${text}`}\n`);
    }
  };
  const kept: Array<{ time: string; text: string; service: string }> = [];
  await Promise.all(
    names.map((service) =>
      eachLine(podman.argv(['logs', ...flags, `${platform.name}-${service}`]), (text) => {
        if (options.follow) show(text, service);
        else kept.push({ time: parseLogLine(text)?.time ?? lastTime(kept, service), text, service });
      }),
    ),
  );
  kept.sort((a, b) => a.time.localeCompare(b.time));
  for (const { text, service } of kept) show(text, service);
});

/** A line without a time of its own belongs to the one before it, of the same service. */
function lastTime(kept: ReadonlyArray<{ time: string; service: string }>, service: string): string {
  return kept.findLast((line) => line.service === service)?.time ?? '';
}

function pretty({ time, level, service, msg, rest }: LogLine): string {
  const detail = Object.keys(rest).length > 0 ? ` ${paint('dim', JSON.stringify(rest))}` : '';
  return `${time} ${paint(colours[level], level.padEnd(5))} ${service.padEnd(14)} ${msg}${detail}`;
}

async function eachLine(argv: readonly string[], use: (line: string) => void): Promise<void> {
  const [command = '', ...args] = argv;
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  const streams = [child.stdout, child.stderr].map((input) => createInterface({ input }));
  for (const stream of streams) stream.on('line', use);
  const closed = streams.map((stream) => new Promise((resolve) => stream.once('close', resolve)));
  const [exit] = await Promise.all([new Promise((resolve) => child.once('close', resolve)), ...closed]);
  if (exit !== 0) process.exitCode = 1;
}
