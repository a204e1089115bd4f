import { type Logger, pino } from 'pino';

export type { Logger };

/** One JSON object a line on stdout: `level`, `time` (ISO 8601), `service`, `msg`, then whatever is given. */
export function createLog(service: string, level: string): Logger {
  return pino({
    level,
    base: { service },
    timestamp: () => `,"time":"${new Date().toISOString()}"`,
    formatters: { level: (label) => ({ level: label }) },
    redact: ['req.headers.authorization', 'authorization'],
  });
}
