export const levels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal'] as const;
export type Level = (typeof levels)[number];

export interface LogLine {
  time: string;
  level: Level;
  service: string;
  msg: string;
  rest: Readonly<Record<string, unknown>>;
}

/** One line of a service's output; `undefined` where it is none of our JSON. */
export function parseLogLine(text: string): LogLine | undefined {
  if (!text.startsWith('{')) return undefined;
  try {
    const { time, level, service, msg, ...rest } = JSON.parse(text) as Record<string, unknown>;
    if (typeof service !== 'string' || !levels.includes(level as Level)) return undefined;
    return { time: String(time), level: level as Level, service, msg: String(msg ?? ''), rest };
  } catch {
    return undefined;
  }
}

export function isAtLeast(line: LogLine, level: Level): boolean {
  return levels.indexOf(line.level) >= levels.indexOf(level);
}
