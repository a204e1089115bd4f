import type { Logger } from '../../base/kit/log.ts';

const levels: Readonly<Record<string, 'debug' | 'info' | 'warn' | 'error' | 'fatal'>> = {
  DEBUG: 'debug',
  LOG: 'info',
  INFO: 'info',
  NOTICE: 'info',
  WARNING: 'warn',
  ERROR: 'error',
  FATAL: 'error',
  PANIC: 'fatal',
};

/** The server's `log_line_prefix`: process id, SQL state, database. */
export const linePrefix = '%p %e %d|';

/** One line of PostgreSQL's stderr as a line of ours; continuation lines keep level info. */
export function logServerLine(line: string, log: Logger): void {
  const parts = /^(\d+) (\w{5}) ([^|]*)\|([A-Z]+)\d?:\s+(.*)$/.exec(line);
  if (!parts) {
    log.info({ engine: 'postgres' }, line.trim());
    return;
  }
  const [, pid, sqlState, database, level = '', message] = parts;
  const state = sqlState === '00000' ? {} : { sqlState };
  const where = database === '' ? {} : { database };
  log[levels[level] ?? 'info']({ engine: 'postgres', pid: Number(pid), ...state, ...where }, message ?? '');
}
