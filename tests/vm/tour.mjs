// Asks each route of the gateway once, and prints a line for each: its method and path as docs/api.md has them, and
// the status. Arguments: the gateway's address, its key.
import { setTimeout as sleep } from 'node:timers/promises';

const [gateway, key] = process.argv.slice(2);
const pixel =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==';

/** Sends a form, a JSON body, or nothing; resolves to the answer's body, parsed where it is JSON. */
async function ask(method, route, body, path = route) {
  const form = body instanceof FormData;
  const answer = await fetch(`${gateway}${path}`, {
    method,
    headers: {
      authorization: `Bearer ${key}`,
      ...(body && !form ? { 'content-type': 'application/json' } : {}),
    },
    ...(body ? { body: form ? body : JSON.stringify(body) } : {}),
  });
  const text = await answer.text();
  console.log(`${method} ${route} ${answer.status}${answer.ok ? '' : ` ${text}`}`);
  return answer.headers.get('content-type')?.includes('json') ? JSON.parse(text) : text;
}

const model = 'starter';
const messages = [{ role: 'user', content: 'what is ai-semble?' }];
const candidate_labels = ['red', 'blue'];

/** What each task is asked; a picture where it is not named. */
const questions = {
  'zero-shot-image-classification': { inputs: pixel, parameters: { candidate_labels } },
  'text-classification': { inputs: 'good' },
  'zero-shot-classification': {
    inputs: 'the team won',
    parameters: { candidate_labels: ['sports', 'food'] },
  },
  'token-classification': { inputs: 'Ada Lovelace lived in London' },
  'question-answering': { inputs: { question: 'Where did Ada live?', context: 'Ada lived in London.' } },
  summarization: { inputs: 'The first sentence. The second one.' },
  translation: { inputs: 'the house is good' },
  'fill-mask': { inputs: 'every model runs [MASK]' },
  'feature-extraction': { inputs: 'hello' },
  'sentence-similarity': { inputs: { source_sentence: 'hello', sentences: ['hello', 'unlike'] } },
  'text-ranking': { inputs: { query: 'red car', texts: ['the blue boat', 'a red car'] } },
};

await ask('GET', '/healthz');
// A machine that is emulated may be too busy at first for its services to answer each other in time.
for (let tries = 0; tries < 100 && !(await fetch(`${gateway}/readyz`)).ok; tries++) await sleep(3000);
await ask('GET', '/readyz');
await ask('GET', '/v1/status');
const none = { held: 0, not_held: 0, not_provable: 0, failures: [] };
await ask('PUT', '/v1/status/verification', { verified_at: new Date().toISOString(), ...none });
await ask('GET', '/v1/models');
await ask('GET', '/v1/models/ID', undefined, `/v1/models/${model}`);
await ask('GET', '/metrics');
await ask('POST', '/v1/chat/completions', { model, messages });
await ask('POST', '/v1/chat/completions', { model, messages, stream: true });
await ask('POST', '/v1/completions', { model, prompt: 'x' });
await ask('POST', '/v1/responses', { model, input: 'x' });
await ask('POST', '/v1/messages', { model, messages, max_tokens: 50 });
await ask('POST', '/v1/chat/completions/input_tokens', { model, messages });
await ask('POST', '/v1/responses/input_tokens', { model, input: 'x' });
await ask('POST', '/v1/messages/count_tokens', { model, messages });
await ask('POST', '/v1/embeddings', { model: 'starter/embeddings', input: 'hello' });
for (const route of ['/v1/rerank', '/v1/reranking', '/rerank', '/reranking'])
  await ask('POST', route, { model: 'starter/ranking', query: 'red', documents: ['blue', 'red'] });
await ask('POST', '/completion', { model, prompt: 'x' });
await ask('POST', '/embedding', { model: 'starter-embedding', content: 'x' });
await ask('POST', '/infill', { model, input_prefix: 'x', input_suffix: 'y' });
await ask('POST', '/tokenize', { model, content: 'x' });
await ask('POST', '/detokenize', { model, tokens: [1] });
await ask('POST', '/apply-template', { model, messages });
for (const { task } of (await ask('GET', '/v1/tasks')).data)
  await ask('POST', '/v1/tasks/TASK', questions[task] ?? { inputs: pixel }, `/v1/tasks/${task}`);

const form = new FormData();
form.append('file', new Blob(['region,amount\nnorth,10\nsouth,5\n']), 'orders.csv');
const { id } = await ask('POST', '/v1/files', form);
await ask('GET', '/v1/files');
await ask('GET', '/v1/files/ID', undefined, `/v1/files/${id}`);
await ask('GET', '/v1/files/ID/content', undefined, `/v1/files/${id}/content`);
const sql = 'SELECT * FROM orders WHERE amount > 5';
let run = await ask('POST', '/v1/runs', { workflow: 'transform', input: { files: { orders: id }, sql } });
const path = `/v1/runs/${run.id}`;
while (run.status === 'queued' || run.status === 'running') {
  await sleep(2000);
  run = await (await fetch(`${gateway}${path}`, { headers: { authorization: `Bearer ${key}` } })).json();
}
console.log(`the run ${run.status}`);
await ask('GET', '/v1/runs/ID', undefined, path);
await ask('GET', '/v1/runs');
await ask('POST', '/v1/runs/ID/cancel', undefined, `${path}/cancel`);
await ask('DELETE', '/v1/files/ID', undefined, `/v1/files/${id}`);
