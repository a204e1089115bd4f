import { isRoot } from '../lib/account.ts';
import { findCdiSpecs } from '../lib/cdi.ts';
import { type Search, searchGpu, toolkitDevices } from '../lib/gpu-search.ts';
import { type SmokeResult, smoke } from '../lib/gpu-smoke.ts';
import { requirePodman } from '../lib/podman.ts';
import { script } from '../lib/script.ts';
import { say } from '../lib/terminal.ts';

const usage = {
  summary:
    'Proves that the language models compute on the GPU, locked down as deployed, in a throw-away container. Exit 77 without a GPU.',
  options: {
    device: {
      type: 'string',
      value: 'NAME',
      help: 'CDI device, such as nvidia.com/gpu=0 (what deploy takes)',
    },
    quick: { type: 'boolean', help: 'a tiny model: the same proof, but its speed says nothing' },
    json: { type: 'boolean', help: 'the evidence as JSON on stdout' },
  },
} as const;

await script(usage, async ({ device: wanted, quick, json }) => {
  const specs = findCdiSpecs();
  const search = searchGpu(specs, await toolkitDevices(), wanted);
  if (search.state !== 'found') return refuse(search, json);
  const result = await smoke(requirePodman(), search.device, quick);
  process.stdout.write(
    json ? `${JSON.stringify({ outcome: outcomeOf(result), ...result }, null, 2)}\n` : report(result),
  );
  if (result.problems.length > 0) process.exitCode = 1;
});

function refuse({ state, reason, fix }: Exclude<Search, { state: 'found' }>, json: boolean): void {
  const typed = state === 'unusable' && !isRoot ? `sudo ${fix}` : fix;
  if (json) process.stdout.write(`${JSON.stringify({ outcome: state, reason, fix: typed }, null, 2)}\n`);
  else if (state === 'absent') say(`no GPU to test: ${reason}; ${typed}`);
  else say(`the GPU cannot be used: ${reason}\n  fix: ${typed}`);
  process.exitCode = state === 'absent' ? 77 : 1;
}

function outcomeOf({ problems }: SmokeResult): string {
  return problems.length === 0 ? 'on the GPU' : 'failed';
}

function report(result: SmokeResult): string {
  const { device, nodes, confinement, placement, tokensPerSecond, ratio, problems } = result;
  const held = nodes.map(({ path, held }) => `${path}${held ? '' : ' (missing)'}`).join(', ');
  const layers = placement.gpu?.layers;
  const rows: Array<[string, string]> = [
    ['device', device],
    ['in the container', held || 'no device node'],
    ['SELinux label', confinement.label],
    ['backend', placement.gpu?.backend ?? 'unknown'],
    ['layers on it', layers ? `${layers.offloaded} of ${layers.total}` : 'unknown'],
  ];
  if (tokensPerSecond && ratio !== undefined) {
    const { gpu, cpu } = tokensPerSecond;
    rows.push(['tokens/s', `GPU ${gpu.toFixed(1)}, CPU ${cpu.toFixed(1)}, ratio ${ratio.toFixed(2)}`]);
  }
  rows.push(['result', problems.length === 0 ? 'on the GPU, locked down as deployed' : 'failed']);
  const denied = problems.length > 0 && confinement.label !== 'none';
  if (denied) rows.push(['denied by SELinux', 'sudo ausearch -m avc -ts recent']);
  const lines = rows.map(([key, value]) => `${key.padEnd(18)}${value}`);
  return `${[...lines, ...problems.map((problem) => `  ${problem}`)].join('\n')}\n`;
}
