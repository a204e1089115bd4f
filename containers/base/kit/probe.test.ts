import { spawn } from 'node:child_process';
import { createServer } from 'node:http';
import { fileURLToPath } from 'node:url';
import { test } from 'uvu';
import * as assert from 'uvu/assert';

const probe = fileURLToPath(new URL('probe.mjs', import.meta.url));

function exitOf(port: number): Promise<number | null> {
  const child = spawn(process.execPath, [probe, `http://127.0.0.1:${port}/healthz`], { stdio: 'ignore' });
  return new Promise((resolve) => child.once('close', resolve));
}

async function serverThat(answers: number, port = 0) {
  const server = createServer((_request, response) => response.writeHead(answers).end());
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  return { port: (server.address() as { port: number }).port, close: () => server.close() };
}

test('a probe is exit 0 where the service is well, and 1 at once where it says that it is not', async () => {
  for (const [status, exit] of [
    [200, 0],
    [503, 1],
  ] as const) {
    const { port, close } = await serverThat(status);
    assert.is(await exitOf(port), exit);
    close();
  }
});

test('a probe that comes before the service listens waits for it', async () => {
  const { port, close } = await serverThat(200);
  close();
  const exit = exitOf(port);
  await new Promise((resolve) => setTimeout(resolve, 1500));
  const later = await serverThat(200, port);
  assert.is(await exit, 0);
  later.close();
});

test.run();
