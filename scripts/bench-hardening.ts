import { withoutHardening } from '../lib/bare-pod.ts';
import { testSecrets } from '../lib/pod-manifests.ts';
import { requirePodman } from '../lib/podman.ts';
import { script } from '../lib/script.ts';
import { phase } from '../lib/terminal.ts';
import { testPod, withTestPod } from '../lib/test-pod.ts';

const usage = {
  summary:
    'Measures what the hardening costs: the throw-away pod as it is, and without seccomp, no-new-privileges, read-only root and dropped capabilities.',
  options: {
    rounds: { type: 'string', value: 'N', help: 'each of both this many times, in turn (4)' },
    json: { type: 'boolean', help: 'the figures as JSON' },
  },
} as const;

const measured = ['healthPerSecond', 'chatsPerSecond', 'tokensPerSecond'] as const;
type Figures = Record<(typeof measured)[number], number>;

const connections = 8;
const windowMs = 5_000;

await script(usage, async ({ json, rounds }) => {
  const podman = requirePodman();
  const hardened: Figures[] = [];
  const bare: Figures[] = [];
  for (let round = 0; round < Number(rounds ?? 4); round++) {
    // Each goes first in turn: a machine that warms up or gets busy would else favour one of them.
    const order = round % 2 === 0 ? [hardened, bare] : [bare, hardened];
    for (const figures of order) {
      const change = figures === bare ? withoutHardening : undefined;
      await withTestPod(
        podman,
        async () => {
          const what = `round ${round + 1}, ${figures === bare ? 'without' : 'with'} hardening`;
          await phase(what, async () => {
            await measure(500);
            figures.push(await measure(windowMs));
            return undefined;
          });
        },
        { change },
      );
    }
  }
  const rows = measured.map((name) => {
    const [withIt, without] = [hardened, bare].map((all) => all.map((figures) => figures[name]));
    const ratios = (withIt ?? []).map((value, round) => value / (without?.[round] ?? Number.NaN));
    return {
      name,
      hardened: median(withIt ?? []),
      bare: median(without ?? []),
      ratio: median(ratios),
      ratios,
    };
  });
  process.stdout.write(json ? `${JSON.stringify(rows)}\n` : table(rows));
});

async function measure(ms: number): Promise<Figures> {
  const health = await load(ms, () =>
    fetch(`${testPod.url}/healthz`).then(async (answer) => {
      await answer.arrayBuffer();
      return 1;
    }),
  );
  const chat = await load(ms, async () => {
    const answer = await fetch(`${testPod.url}/v1/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${testSecrets['api-key']}`, 'content-type': 'application/json' },
      body: JSON.stringify({ model: 'starter', messages: [{ role: 'user', content: 'what is ai-semble?' }] }),
    });
    const { usage: used } = (await answer.json()) as { usage: { completion_tokens: number } };
    return used.completion_tokens;
  });
  return { healthPerSecond: health.calls, chatsPerSecond: chat.calls, tokensPerSecond: chat.sum };
}

/** Calls per second that some connections in parallel get done, and the sum per second of what they give. */
async function load(ms: number, call: () => Promise<number>): Promise<{ calls: number; sum: number }> {
  const start = performance.now();
  let calls = 0;
  let sum = 0;
  const connection = async () => {
    while (performance.now() - start < ms) {
      sum += await call();
      calls++;
    }
  };
  await Promise.all(Array.from({ length: connections }, connection));
  const seconds = (performance.now() - start) / 1000;
  return { calls: calls / seconds, sum: sum / seconds };
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const [low = Number.NaN, high = Number.NaN] = [sorted[Math.ceil(sorted.length / 2) - 1], sorted[middle]];
  return (low + high) / 2;
}

interface Row {
  name: string;
  hardened: number;
  bare: number;
  ratio: number;
  ratios: readonly number[];
}

function table(rows: readonly Row[]): string {
  const cell = (value: number, digits: number) => value.toFixed(digits).padStart(10);
  const lines = rows.map(
    ({ name, hardened, bare, ratio, ratios }) =>
      `${name.padEnd(16)}${cell(hardened, 1)}${cell(bare, 1)}${cell(ratio, 3)}  ${ratios.map((each) => each.toFixed(3)).join(' ')}`,
  );
  return `${['per second        hardened      bare     ratio  of each round', ...lines].join('\n')}\n`;
}
