import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Agent } from 'undici';
import { createLog } from '../../base/kit/log.ts';
import { createApp } from './app.ts';

/** A service that answers as `answer` says, with leases that lead to itself; the requests it saw beside those. */
async function fakeService(
  answer: (request: IncomingMessage, response: ServerResponse, body: string) => void,
) {
  const seen: string[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks).toString();
    if (request.url === '/v1/leases') {
      response.write(`${JSON.stringify({ port: request.socket.localPort })}\n`);
      return;
    }
    seen.push(`${request.method} ${request.url} ${body}`);
    answer(request, response, body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const close = () => {
    server.closeAllConnections();
    return new Promise<void>((resolve) => server.close(() => resolve()));
  };
  return { url, seen, close };
}

/** A gateway in front of one fake service, which is the language models' and the data processor's; for tests. */
export async function withGateway(
  answer: Parameters<typeof fakeService>[0],
  work: (
    ask: (path: string, init?: RequestInit) => Promise<Response>,
    seen: string[],
    address: string,
  ) => Promise<void>,
  models: readonly unknown[] = [{ id: 'm', created: 5 }],
): Promise<void> {
  const service = await fakeService(answer);
  const dispatcher = new Agent({ headersTimeout: 5000 });
  const nowhere = 'http://127.0.0.1:1';
  const app = createApp(
    {
      apiKey: 'right',
      bodyLimitMebibytes: 1,
      intakeBytes: 2 ** 24,
      llmUrl: service.url,
      visionUrl: nowhere,
      nlpUrl: nowhere,
      dataProcessorUrl: service.url,
      postgresHealthUrl: nowhere,
    },
    {
      log: createLog('orchestrator', 'fatal'),
      dispatcher,
      getJson: async (url) => {
        if (url === `${service.url}/v1/models`) return { data: models };
        if (url.endsWith('/v1/models')) return { data: [] };
        throw new Error('down');
      },
    },
  );
  const address = await app.listen({ host: '127.0.0.1', port: 0 });
  const ask = (path: string, init: RequestInit = {}) =>
    fetch(address + path, { ...init, headers: { authorization: 'Bearer right', ...init.headers } });
  try {
    await work(ask, service.seen, address);
  } finally {
    await app.close();
    await dispatcher.destroy();
    await service.close();
  }
}

export const json = (body: string): RequestInit => ({
  method: 'POST',
  body,
  headers: { 'content-type': 'application/json' },
});
