import type { FastifyInstance } from 'fastify';
import { createLog, type Logger } from './log.ts';

export interface ServeOptions {
  host: string;
  port: number;
  drainSeconds: number;
  /** Runs before connections are closed: stop taking new work. */
  onDrain?: () => Promise<void>;
}

/** Listens, and on SIGTERM or SIGINT lets requests in flight finish within the drain time. */
export async function serve(app: FastifyInstance, options: ServeOptions): Promise<void> {
  await app.listen({ host: options.host, port: options.port });
  let draining = false;
  const stop = async (signal: NodeJS.Signals) => {
    if (draining) return;
    draining = true;
    app.log.info({ signal, drainSeconds: options.drainSeconds }, 'draining');
    const deadline = setTimeout(() => {
      app.log.warn('drain time is over; closing what is left');
      process.exit(0);
    }, options.drainSeconds * 1000);
    deadline.unref();
    await options.onDrain?.();
    // Closing ends those that are idle now; one that answers still becomes idle later, and its client may keep it open.
    setInterval(() => app.server.closeIdleConnections(), 250).unref();
    await app.close();
    app.log.info('stopped');
    process.exit(0);
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
}

/** Runs a service's start-up; what stops it is one log line and exit code 1. */
export async function main(
  service: string,
  start: (log: (level: string) => Logger) => Promise<void>,
): Promise<void> {
  try {
    await start((level) => {
      const log = createLog(service, level);
      warningsInto(log);
      return log;
    });
  } catch (error) {
    createLog(service, 'info').fatal({ err: error }, `cannot start: ${(error as Error).message}`);
    process.exit(1);
  }
}

/** Node's own warnings as log lines: nothing else may stand on a service's output. */
function warningsInto(log: Logger): void {
  process.removeAllListeners('warning');
  process.on('warning', (warning) => log.debug({ err: warning }, warning.message));
}
