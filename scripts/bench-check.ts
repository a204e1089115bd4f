import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Failure } from '../lib/failure.ts';
import { generatorPath, makeGenerator } from '../lib/generator-image.ts';
import { root } from '../lib/paths.ts';
import { requirePodman } from '../lib/podman.ts';
import { script } from '../lib/script.ts';
import { phase } from '../lib/terminal.ts';

const usage = {
  summary: "Measures the conformance checks: files a second, beside podman's own Quadlet generator.",
  options: { json: { type: 'boolean', help: 'the figures as JSON' } },
} as const;

const sizes = [100, 1000, 10_000];
const rounds = 5;

await script(usage, async ({ json }) => {
  const podman = requirePodman();
  const folder = mkdtempSync(join(tmpdir(), 'ai-semble-bench-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  const image = await makeGenerator(podman, 'trixie');
  mkdirSync(join(folder, 'none'));
  const startMs = median(times(rounds, () => checkMs(join(folder, 'none'))));
  const rows: Array<{ units: number; ms: number; perSecond: number }> = [];
  for (const units of sizes) {
    await phase(`${units} units`, async () => {
      writeUnits(join(folder, String(units)), units);
      const ms = median(times(units > 1000 ? 3 : rounds, () => checkMs(join(folder, String(units)))));
      rows.push({ units, ms, perSecond: units / ((ms - startMs) / 1000) });
      return undefined;
    });
  }
  // In turns, so that both meet the same machine.
  const pairs = times(rounds, () => {
    const checks = checkMs(join(folder, '1000'));
    return { checks, generator: generatorMs(podman.argv([]), image, join(folder, '1000')) };
  });
  const generator = median(pairs.map((pair) => pair.generator));
  const ratio = median(pairs.map((pair) => pair.checks / pair.generator));
  const marginal = median(pairs.map((pair) => (pair.checks - startMs) / pair.generator));
  const figures = { startMs, rows, generatorMsAt1000: generator, ratio, ratioWithoutStart: marginal };
  process.stdout.write(json ? `${JSON.stringify(figures)}\n` : table(figures));
});

function table(figures: {
  startMs: number;
  rows: ReadonlyArray<{ units: number; ms: number; perSecond: number }>;
  generatorMsAt1000: number;
  ratio: number;
  ratioWithoutStart: number;
}): string {
  const lines = figures.rows.map(
    ({ units, ms, perSecond }) =>
      `  ${String(units).padStart(6)} units  ${ms.toFixed(0).padStart(6)} ms  ${perSecond.toFixed(0).padStart(6)} a second after start-up`,
  );
  return [
    `start-up, with nothing to check: ${figures.startMs.toFixed(0)} ms`,
    ...lines,
    `podman's generator on the same 1000 units: ${figures.generatorMsAt1000.toFixed(0)} ms; the checks take ${figures.ratio.toFixed(2)} of that, ${figures.ratioWithoutStart.toFixed(2)} without start-up`,
    '',
  ].join('\n');
}

/** Copies of our own units under other names, each pointing to its own pod, network and volumes. */
function writeUnits(folder: string, count: number): void {
  mkdirSync(folder);
  const names = readdirSync(join(root, 'quadlets'));
  for (let made = 0; made < count; made++) {
    const name = names[made % names.length] ?? '';
    const copy = `copy${Math.floor(made / names.length)}`;
    const text = readFileSync(join(root, 'quadlets', name), 'utf8').replace(
      /ai-semble(?=[-.\w]*\.(pod|network|volume)\b|-)|(?<=Name=)ai-semble/g,
      copy,
    );
    writeFileSync(join(folder, name.replace('ai-semble', copy)), text);
  }
}

function checkMs(folder: string): number {
  const start = performance.now();
  const argv = ['--import', 'tsx', 'checks/main.ts', '--podman', '5.4', '--format', 'json', folder];
  const { status, stderr } = spawnSync(process.execPath, argv, { cwd: root, maxBuffer: 2 ** 30 });
  if (status !== 0 && status !== 1) throw new Failure(`the checks ended with ${status}: ${stderr}`);
  return performance.now() - start;
}

/** Timed inside of the container: what starting it takes does not count. */
function generatorMs(podman: readonly string[], image: string, folder: string): number {
  const timed = [
    'mkdir /units && tar -x --no-same-owner -C /units && export QUADLET_UNIT_DIRS=/units && start=$(date +%s%N)',
    `${generatorPath} --user --dryrun >/dev/null 2>&1; echo $(( $(date +%s%N) - start ))`,
  ].join('\n');
  const [program = '', ...args] = [
    ...podman,
    'run',
    '--rm',
    '-i',
    '--network',
    'none',
    image,
    'sh',
    '-c',
    timed,
  ];
  const units = execFileSync('tar', ['-c', '-C', folder, '.'], { maxBuffer: 2 ** 30 });
  return Number(execFileSync(program, args, { input: units, stdio: ['pipe', 'pipe', 'ignore'] })) / 1e6;
}

function times<T>(count: number, work: () => T): T[] {
  return Array.from({ length: count }, work);
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}
