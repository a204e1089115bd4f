import { createServer } from 'node:net';
import type { Platform } from './platform.ts';

/** Why nobody can listen there, as the kernel's error code; `undefined` where somebody can. */
export function portProblem({ ip, hostPort }: Platform['published']): Promise<string | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    server.listen(hostPort, ip, () => server.close(() => resolve(undefined)));
  });
}
