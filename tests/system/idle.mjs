// Inside a container with a short IDLE_SECONDS: a model's state before it is used, then, and when it has been left alone.
import { setTimeout as sleep } from 'node:timers/promises';

const [role] = process.argv.slice(2);
const services = {
  nlp: {
    port: 8083,
    model: 'starter/sentiment',
    path: '/v1/tasks/text-classification',
    body: { inputs: 'good' },
  },
  llm: { port: 9081, model: 'starter', path: '/v1/leases', body: { model: 'starter' } },
};
const { port, model, path, body } = services[role];
const url = `http://127.0.0.1:${port}`;

const state = async () => {
  const { data } = await (await fetch(`${url}/v1/models`)).json();
  return data.find(({ id }) => id === model)?.state;
};

const until = async (wanted) => {
  const deadline = Date.now() + 60_000;
  for (;;) {
    const found = await state().catch((error) => error.message);
    if (found === wanted) return found;
    if (Date.now() > deadline) return `still ${found}`;
    await sleep(200);
  }
};

const seen = [await until('unloaded')];
const json = { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
const answer = await fetch(url + path, json);
// A lease ends with its connection; what it had to say is in its first piece.
const reader = answer.body.getReader();
await reader.read();
seen.push(await until('loaded'));
await reader.cancel();
seen.push(await until('unloaded'));
console.log(seen.join(' '));
process.exit(0);
