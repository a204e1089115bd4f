import { withoutHardening } from '../lib/bare-pod.ts';
import { Failure } from '../lib/failure.ts';
import { testSecrets } from '../lib/pod-manifests.ts';
import { requirePodman } from '../lib/podman.ts';
import { script } from '../lib/script.ts';
import { phase } from '../lib/terminal.ts';
import { secondPod, testPod, withTestPod } from '../lib/test-pod.ts';

const usage = {
  summary:
    'Measures what the hardening costs: the throw-away pod as it is, and beside it one without seccomp, no-new-privileges, read-only root and dropped capabilities.',
  options: {
    rounds: { type: 'string', value: 'N', help: 'each of both this many times, in turn (24)' },
    json: { type: 'boolean', help: 'the figures as JSON' },
  },
} as const;

type Measure = (url: string) => Promise<number>;

const connections = 8;
/** Short, so that what disturbs the machine meets both pods alike. */
const windowMs = 1000;

const measures: Readonly<Record<string, Measure>> = {
  'health checks': health,
  chats: chat,
  tokens,
};

await script(usage, async ({ json, rounds = '24' }) => {
  const podman = requirePodman();
  const rows: Row[] = [];
  const measureAll = () =>
    phase('measuring', async (note) => {
      for (const [name, measure] of Object.entries(measures)) {
        note(name);
        rows.push(await compare(name, measure, Number(rounds)));
      }
      return undefined;
    });
  const besideBare = () => withTestPod(podman, measureAll, { pod: secondPod, change: withoutHardening });
  await withTestPod(podman, besideBare);
  process.stdout.write(json ? `${JSON.stringify(rows)}\n` : table(rows));
});

interface Row {
  name: string;
  /** Medians, per second. */
  hardened: number;
  bare: number;
  /** Hardened over bare: the median over the rounds, and the quartiles around it. */
  ratio: number;
  quartiles: [low: number, high: number];
}

/** The same of both pods in turns; each goes first in every other round. */
async function compare(name: string, measure: Measure, rounds: number): Promise<Row> {
  const pairs: { hardened: number; bare: number }[] = [];
  await measure(testPod.url);
  await measure(secondPod.url);
  for (let round = 0; round < rounds; round++) {
    const first = round % 2 === 0 ? await measure(testPod.url) : undefined;
    const bare = await measure(secondPod.url);
    pairs.push({ hardened: first ?? (await measure(testPod.url)), bare });
  }
  const ratios = pairs.map((pair) => pair.hardened / pair.bare);
  return {
    name,
    hardened: quantile(
      pairs.map((pair) => pair.hardened),
      0.5,
    ),
    bare: quantile(
      pairs.map((pair) => pair.bare),
      0.5,
    ),
    ratio: quantile(ratios, 0.5),
    quartiles: [quantile(ratios, 0.25), quantile(ratios, 0.75)],
  };
}

function health(url: string): Promise<number> {
  return load(async () => {
    await (await fetch(`${url}/healthz`)).arrayBuffer();
    return 1;
  });
}

function chat(url: string): Promise<number> {
  return load(async () => {
    await ask(`${url}/v1/chat/completions`, { messages: [{ role: 'user', content: 'what is ai-semble?' }] });
    return 1;
  });
}

function tokens(url: string): Promise<number> {
  return load(async () => {
    const { usage: used } = await ask(`${url}/v1/completions`, {
      prompt: 'x',
      ignore_eos: true,
      max_tokens: 200,
    });
    return used.completion_tokens;
  });
}

async function ask(url: string, body: object): Promise<{ usage: { completion_tokens: number } }> {
  const answer = await fetch(url, {
    method: 'POST',
    headers: { authorization: `Bearer ${testSecrets['api-key']}`, 'content-type': 'application/json' },
    body: JSON.stringify({ model: 'starter', ...body }),
  });
  if (!answer.ok) throw new Failure(`${url}: ${answer.status} ${await answer.text()}`);
  return (await answer.json()) as { usage: { completion_tokens: number } };
}

/** Sum per second of what calls give that some connections make in parallel. */
async function load(call: () => Promise<number>): Promise<number> {
  const start = performance.now();
  let sum = 0;
  const connection = async () => {
    while (performance.now() - start < windowMs) sum += await call();
  };
  await Promise.all(Array.from({ length: connections }, connection));
  return (1000 * sum) / (performance.now() - start);
}

/** The value below which a share of the values lie. */
function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((one, two) => one - two);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

function table(rows: readonly Row[]): string {
  const lines = rows.map(
    ({ name, hardened, bare, ratio, quartiles: [low, high] }) =>
      `${name.padEnd(14)}${hardened.toFixed(1).padStart(10)}${bare.toFixed(1).padStart(10)}${ratio.toFixed(3).padStart(10)}  ${low.toFixed(3)} to ${high.toFixed(3)}`,
  );
  return `${['per second      hardened      bare     ratio  half of the rounds', ...lines].join('\n')}\n`;
}
