// The official client against this gateway: an answer, a streamed answer, and two errors, a line each.
import OpenAI from 'openai';

const [baseURL, apiKey] = process.argv.slice(2);
const client = new OpenAI({ baseURL, apiKey });
const messages = [{ role: 'user', content: 'what is ai-semble?' }];

const answer = await client.chat.completions.create({ model: 'starter', messages });
console.log(answer.choices[0].message.content);

let streamed = '';
for await (const chunk of await client.chat.completions.create({
  model: 'starter',
  messages,
  stream: true,
})) {
  streamed += chunk.choices[0]?.delta?.content ?? '';
}
console.log(streamed);

const describe = (error) => console.log(error.constructor.name, error.status, error.code);
await new OpenAI({ baseURL, apiKey: 'wrong' }).models.list().catch(describe);
await client.chat.completions.create({ model: 'gpt-9', messages }).catch(describe);
