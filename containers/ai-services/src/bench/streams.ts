import { median } from './figures.ts';
import { openLease } from './lease.ts';

const gateway = 'http://127.0.0.1:8080';
const rounds = 5;
const tokens = 64;

interface Round {
  tokensPerSecond: number;
  /** Median over the streams. */
  firstTokenMs: number;
}

export interface StreamFigures {
  streams: number;
  direct: Round;
  through: Round;
  /** Through the gateway over direct: of tokens/s, higher is better; of time to first token, lower is. */
  ratio: Round;
}

/** Streams at once, asked of the model's own llama-server and of the gateway in turns. */
export async function benchStreams(key: string, streams: number): Promise<StreamFigures> {
  const lease = await openLease('bench');
  const rounds = await alternate(key, `http://127.0.0.1:${lease.port}`, streams);
  lease.close();
  const direct = middle(rounds.map(([one]) => one));
  const through = middle(rounds.map(([, other]) => other));
  const ratio = {
    tokensPerSecond: median(rounds.map(([one, other]) => other.tokensPerSecond / one.tokensPerSecond)),
    firstTokenMs: median(rounds.map(([one, other]) => other.firstTokenMs / one.firstTokenMs)),
  };
  return { streams, direct, through, ratio };
}

async function alternate(key: string, direct: string, streams: number): Promise<[Round, Round][]> {
  const pairs: [Round, Round][] = [];
  await round(direct, key, streams, 0);
  for (let turn = 1; turn <= rounds; turn++) {
    // Which one goes first changes, so that neither always finds the machine as the other left it.
    if (turn % 2 === 0)
      pairs.push([await round(direct, key, streams, turn), await round(gateway, key, streams, turn + 50)]);
    else {
      const through = await round(gateway, key, streams, turn + 50);
      pairs.push([await round(direct, key, streams, turn), through]);
    }
  }
  return pairs;
}

async function round(url: string, key: string, streams: number, turn: number): Promise<Round> {
  const started = performance.now();
  const firsts = await Promise.all(
    Array.from({ length: streams }, (_, stream) => oneStream(url, key, turn * 64 + stream)),
  );
  const seconds = (performance.now() - started) / 1000;
  return { tokensPerSecond: (streams * tokens) / seconds, firstTokenMs: median(firsts) };
}

/** Milliseconds to the first token; resolves when the stream has ended with every token that was asked for. */
async function oneStream(url: string, key: string, seed: number): Promise<number> {
  const started = performance.now();
  const answer = await fetch(`${url}/v1/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    // Prompts differ, so that none is answered from the cache, and are of one length.
    body: JSON.stringify({
      model: 'bench',
      prompt: `w${1000 + seed} `.repeat(12),
      stream: true,
      max_tokens: tokens,
      ignore_eos: true,
      seed,
    }),
  });
  if (!answer.ok || !answer.body) throw new Error(`${url}: ${answer.status} ${await answer.text()}`);
  let first: number | undefined;
  let events = 0;
  for await (const chunk of answer.body) {
    first ??= performance.now() - started;
    events += Buffer.from(chunk).toString('latin1').split('data: {').length - 1;
  }
  if (first === undefined || events < tokens / 2) throw new Error(`${url}: the stream had ${events} events`);
  return first;
}

function middle(rounds: readonly Round[]): Round {
  return {
    tokensPerSecond: median(rounds.map((round) => round.tokensPerSecond)),
    firstTokenMs: median(rounds.map((round) => round.firstTokenMs)),
  };
}
