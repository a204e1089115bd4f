import type { Logger } from '../../../base/kit/log.ts';

/** One record of llama-server's `--log-jsonl`. */
export interface EngineLine {
  type?: string;
  level?: string;
  msg?: string;
  data?: unknown;
}

/** Warnings of an engine that only this pod reaches: they say nothing here. */
const moot = /security: /;

const levels: Readonly<Record<string, 'debug' | 'info' | 'warn' | 'error'>> = {
  debug: 'debug',
  info: 'info',
  warn: 'warn',
  error: 'error',
};

/**
 * One line of llama-server's `--log-jsonl` as a line of ours. The router wraps its children's lines as
 * `[port] {…}` in the message; those are unwrapped and carry the child's port.
 */
export function logEngineLine(
  line: string,
  log: Logger,
  note: (port: number, line: EngineLine) => void = () => undefined,
): void {
  const outer = parse(line);
  const wrapped = /^\[(\d+)\] (.*)$/s.exec(outer?.msg ?? '');
  const inner = wrapped ? (parse(wrapped[2] ?? '') ?? { msg: wrapped[2] ?? '' }) : outer;
  const origin = { engine: 'llama-server', ...(wrapped ? { instance: Number(wrapped[1]) } : {}) };
  if (wrapped && inner) note(Number(wrapped[1]), inner);
  if (inner === undefined) {
    log.info(origin, line.trim());
    return;
  }
  const message = inner.msg?.trim() ?? inner.type ?? '';
  if (message === '' || moot.test(message)) return;
  const detail = inner.data === undefined ? origin : { ...origin, data: inner.data };
  const level = levels[inner.level ?? ''] ?? 'info';
  log[level === 'info' && routine.test(message) ? 'debug' : level](detail, message);
}

/** Said for every request or with every start; worth a line only when debugging. */
const routine = /proxying request|launch_slot|slot |load:\s|log_server_r|The UI is disabled|--ui\/--no-ui/;

function parse(text: string): EngineLine | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as EngineLine) : undefined;
  } catch {
    return undefined;
  }
}
