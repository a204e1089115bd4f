import { statSync } from 'node:fs';
import type { CdiDevice } from './cdi-spec.ts';
import { cleaningUp } from './clean-up.ts';
import { type Placement, placementOf } from './engine-placement.ts';
import { Failure } from './failure.ts';
import { gpuDropIn } from './gpu-drop-in.ts';
import { writingCommand } from './model-command.ts';
import { imageReference, platform } from './platform.ts';
import type { Podman } from './podman.ts';
import { renderQuadlets } from './quadlet-manifests.ts';
import { apply } from './run.ts';
import { runArguments } from './run-arguments.ts';
import { profilePlan, removeProfiles, withProfilesIn } from './seccomp-install.ts';
import { parseConfinement, smokeProblems } from './smoke-verdict.ts';

/** What the program inside of the container measured: containers/ai-services/src/bench/gpu.ts. */
export interface SmokeFigures {
  problem?: string;
  ports?: { gpu: number; cpu: number };
  tokensPerSecond?: { gpu: number; cpu: number };
  ratio?: number;
}

export interface SmokeResult extends SmokeFigures {
  device: string;
  /** Device nodes of the spec, and whether the container has just that node. */
  nodes: { path: string; held: boolean }[];
  confinement: ReturnType<typeof parseConfinement>;
  /** Where the engine put the model that may use the GPU, and the one that may not. */
  placement: { gpu?: Placement; cpu?: Placement };
  /** Why it does not count as computing on the GPU; empty where it does. */
  problems: string[];
}

const image = imageReference('ai-services');
const bench = '/app/ai-services/src/bench/main.ts';
const name = `${platform.name}-gpu-smoke-${process.pid}`;
const volume = `${name}-models`;
/** Shaders are compiled at first use; a GPU takes seconds for it, a simulated one minutes. */
const measureMs = 540_000;

/**
 * The language models' container as it is deployed, with the GPU drop-in, under a name, a volume and no network of
 * its own: whatever runs is not disturbed. Everything is gone afterwards.
 */
export async function smoke(podman: Podman, device: CdiDevice, quick: boolean): Promise<SmokeResult> {
  if (!(await podman.exists('image', image)))
    throw new Failure('the images are not built yet', { exit: 3, fix: 'make build' });
  const profiles = `${podman.account.home}/.cache/${platform.name}/${name}-seccomp`;
  let starting: Promise<unknown> = Promise.resolve();
  const work = async (cleaning: AbortSignal) => {
    const start = (args: readonly string[]) => {
      cleaning.throwIfAborted();
      const started = podman.run(args);
      starting = started;
      return started;
    };
    const size = quick ? ['quick'] : [];
    await apply(profilePlan(podman.account, profiles));
    await start(
      writingCommand(image, volume, [bench, 'gpu-models', '/models', ...size], ['--name', `${name}-models`]),
    );
    await start(containerArguments(podman, device, profiles)).catch(refused(device));
    return await examine(podman, device);
  };
  return cleaningUp(work, async () => {
    // What is being started may not be there yet when it is removed.
    const remove = () => podman.attempt(['rm', '--force', '--time', '1', '--ignore', name, `${name}-models`]);
    await remove();
    await starting.catch(() => undefined);
    await remove();
    await podman.attempt(['volume', 'rm', '--force', volume]);
    await removeProfiles(podman.account, profiles);
  });
}

function containerArguments({ account }: Podman, { name: device }: CdiDevice, profiles: string): string[] {
  const rendered = renderQuadlets(platform).get(`${platform.name}-llm.container`) ?? '';
  const unit = withProfilesIn(profiles, rendered);
  const confined = runArguments([unit, gpuDropIn(device)], account.home);
  const own = ['--name', name, '--network', 'none', '--pull', 'never', '--volume', `${volume}:/models:ro,Z`];
  return ['run', '--detach', ...own, ...confined, image];
}

/** podman's "unresolvable" means that it has read no spec with the device. */
function refused(device: CdiDevice) {
  return (error: Error): never => {
    const unread = /unresolvable CDI devices/.test(error.message);
    const fix =
      'write the spec to /etc/cdi: podman 5.5 reads no other folder, and old ones no new cdiVersion';
    throw new Failure(`podman cannot hand out ${device.name}: ${error.message}`, unread ? { fix } : {});
  };
}

async function examine(podman: Podman, device: CdiDevice): Promise<SmokeResult> {
  const inside = (argv: readonly string[], timeoutMs = 60_000) =>
    podman.attempt(['exec', name, ...argv], { timeoutMs });
  const paths = device.nodes.map(({ path }) => path);
  const seen = paths.length > 0 ? (await inside(['stat', '-c', '%n %t:%T', ...paths])).stdout : '';
  const nodes = device.nodes.map(({ path, hostPath }) => ({
    path,
    held: seen.split('\n').includes(`${path} ${numbersOf(hostPath)}`),
  }));
  const { stdout: status } = await inside([
    'sh',
    '-c',
    'cat /proc/1/status /proc/1/attr/current; echo; mount',
  ]);
  const confinement = parseConfinement(status);
  const measured = await inside(['node', bench, 'gpu-measure'], measureMs);
  const figures = parseFigures(measured.stdout) ?? { problem: measured.stderr.trim().slice(-500) };
  const logs = await podman.attempt(['logs', name]);
  const log = `${logs.stdout}\n${logs.stderr}`;
  const gpu = placementOf(log, figures.ports?.gpu ?? 0);
  const cpu = placementOf(log, figures.ports?.cpu ?? 0);
  const placement = { ...(gpu ? { gpu } : {}), ...(cpu ? { cpu } : {}) };
  const result = { ...figures, device: device.name, nodes, confinement, placement };
  return { ...result, problems: smokeProblems(result) };
}

function parseFigures(text: string): SmokeFigures | undefined {
  try {
    return JSON.parse(text) as SmokeFigures;
  } catch {
    return undefined;
  }
}

/** Major and minor number of a device node in hexadecimal, as stat(1) prints them. */
function numbersOf(node: string): string {
  const { rdev } = statSync(node);
  const major = (rdev >> 8) & 0xfff;
  const minor = (rdev & 0xff) | ((rdev >> 12) & 0xfff00);
  return `${major.toString(16)}:${minor.toString(16)}`;
}
