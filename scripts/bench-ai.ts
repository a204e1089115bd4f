import { watchMemory } from '../lib/peak-memory.ts';
import { imageReference, platform } from '../lib/platform.ts';
import { testSecrets } from '../lib/pod-manifests.ts';
import { requirePodman } from '../lib/podman.ts';
import { script } from '../lib/script.ts';
import { phase } from '../lib/terminal.ts';
import { testPod, withTestPod } from '../lib/test-pod.ts';

const usage = {
  summary:
    'Measures the AI services on a throw-away pod: what the gateway costs, side by side with going without it.',
  options: { json: { type: 'boolean', help: 'the figures as JSON' } },
} as const;

interface Figures {
  streams: { streams: number; direct: Round; through: Round; ratio: Round }[];
  tasks: Record<'text' | 'picture', Task[]>;
  health: {
    milliseconds: Record<string, { p50: number; p99: number; asked: number }>;
    requests: Record<string, number>;
  };
}
type Task = { atOnce: number; directPerSecond: number; throughPerSecond: number; ratio: number };
type Round = { tokensPerSecond: number; firstTokenMs: number };

const program = '/app/ai-services/src/bench/main.ts';
const image = imageReference('ai-services');
const volume = `${testPod.podName}-models:/models`;

await script(usage, async ({ json }) => {
  const podman = requirePodman();
  await withTestPod(podman, async () => {
    await phase('models of random weights', async () => {
      await podman.run([
        'run',
        '--rm',
        '--network',
        'none',
        '--volume',
        `${volume}:Z`,
        image,
        'node',
        program,
        'models',
        '/models',
      ]);
      return undefined;
    });
    const containers = platform.services.map(({ name }) => `${testPod.podName}-${name}`);
    const peakMemory = await watchMemory(podman, containers);
    let figures = {} as Figures;
    await phase('measuring', async () => {
      // Beside the services, in their network: what is measured is the services, not the way into the pod.
      const within = ['--pod', testPod.podName, '--volume', `${volume}:ro`];
      const key = ['--env', `API_KEY=${testSecrets['api-key']}`];
      figures = JSON.parse(
        await podman.run(['run', '--rm', ...within, ...key, image, 'node', program, 'measure']),
      );
      return undefined;
    });
    const peaks = await peakMemory();
    process.stdout.write(
      json ? `${JSON.stringify({ ...figures, peakMebibytes: peaks })}\n` : table(figures, peaks),
    );
  });
});

function table({ streams, tasks, health }: Figures, peaks: Record<string, number>): string {
  const lines = [
    'language model, 100 M random weights in Q8_0; through the gateway over llama-server alone:',
    '  streams   tokens/s direct  through   ratio    first token ms direct  through   ratio',
    ...streams.map(
      ({ streams: count, direct, through, ratio }) =>
        `  ${String(count).padStart(7)} ${cell(direct.tokensPerSecond, 17)} ${cell(through.tokensPerSecond, 8)} ${cell(ratio.tokensPerSecond, 7, 3)} ${cell(direct.firstTokenMs, 24)} ${cell(through.firstTokenMs, 8)} ${cell(ratio.firstTokenMs, 7, 3)}`,
    ),
    ...Object.entries(tasks).flatMap(([kind, figures]) =>
      figures.map(
        ({ atOnce, directPerSecond, throughPerSecond, ratio }) =>
          `${kind} classification, ${kind === 'text' ? 'BERT' : 'ViT'} of 6 layers, ${atOnce} at once, 1/s: onnxruntime alone ${cell(directPerSecond)}, through the gateway ${cell(throughPerSecond)}, ratio ${cell(ratio, 0, 3)}`,
      ),
    ),
    `GET /healthz under a mixed load (answered: ${Object.entries(health.requests)
      .map(([kind, count]) => `${kind} ${count}`)
      .join(', ')}), ms: ${Object.entries(health.milliseconds)
      .map(([name, { p50, p99 }]) => `${name} p50 ${cell(p50, 0, 1)} p99 ${cell(p99, 0, 1)}`)
      .join(', ')}`,
    `peak memory, MiB: ${Object.entries(peaks)
      .map(([name, mebibytes]) => `${name.replace(`${testPod.podName}-`, '')} ${mebibytes}`)
      .join(', ')}`,
  ];
  return `${lines.join('\n')}\n`;
}

function cell(value: number, width = 0, digits = 1): string {
  return value.toFixed(digits).padStart(width);
}
