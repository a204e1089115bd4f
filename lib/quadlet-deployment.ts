import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Account, asAccount } from './account.ts';
import {
  bindLabel,
  configHash,
  configLabel,
  methodLabel,
  type Outcome,
  podState,
  refuseTakenPort,
} from './deployment.ts';
import { Failure } from './failure.ts';
import { gpuDropIn } from './gpu-drop-in.ts';
import { root } from './paths.ts';
import { type Platform, platform } from './platform.ts';
import { removePod } from './pod-removal.ts';
import type { Podman } from './podman.ts';
import { publishEntries } from './quadlet-manifests.ts';
import { type Action, apply, attempt, run } from './run.ts';
import { profileFolder, profilePlan } from './seccomp-install.ts';
import { systemctlUser } from './systemd.ts';
import { renderUnit } from './unit-file.ts';

const generator = '/usr/lib/systemd/system-generators/podman-system-generator';
const unit = `${platform.name}.pod`;

export function quadletFolder(account: Account): string {
  return `${account.home}/.config/containers/systemd`;
}

const gpuFile = `${platform.name}-llm.container.d/50-gpu.conf`;

/** Installs the units and this host's drop-ins, and starts the pod, unless just that is running already. */
export async function deployQuadlets(
  podman: Podman,
  published: Platform['published'],
  gpu: string | undefined,
): Promise<Outcome> {
  const { account } = podman;
  const units = readUnits();
  const profiles = profilePlan(account, profileFolder(account));
  const config = await configHash(podman, JSON.stringify([units, published, gpu, profiles]));
  const state = await podState(podman, platform.name);
  await refuseTakenPort(podman, published);
  if (state?.config === config && state.running) return 'unchanged';
  const files = [
    ...units,
    [`${unit}.d/50-host.conf`, hostDropIn(published, config)],
    ...(gpu ? [[gpuFile, gpuDropIn(gpu)] as const] : []),
  ] as const;
  await refuseGeneratorErrors(account, files);
  if (state?.method === 'kube') await removePod(podman, platform.name, platform.stopSeconds);
  await apply([...profiles, ...installPlan(account, quadletFolder(account), files)]);
  if (!gpu) await run(asAccount(account, ['rm', '-f', `${quadletFolder(account)}/${gpuFile}`]));
  await run(systemctlUser(account, ['daemon-reload']));
  // Restart, not start: a unit may be active whose pod is gone. Its own stop waits for the services to drain.
  await run(systemctlUser(account, ['restart', unit]));
  return state ? 'replaced' : 'started';
}

export async function stopQuadlets(account: Account): Promise<void> {
  await run(systemctlUser(account, ['stop', unit]));
}

/** Everything that differs from host to host; the units themselves never change. */
export function hostDropIn(published: Platform['published'], config: string): string {
  const labels = [
    [configLabel, config],
    [methodLabel, 'quadlet'],
    [bindLabel, published.ip],
  ];
  const entries: Array<[string, string]> = [
    ['PublishPort', ''],
    ...publishEntries(published),
    ...labels.map(([key, value]): [string, string] => ['PodmanArgs', `--label ${key}=${value}`]),
  ];
  return renderUnit(['Written by `make deploy` for this host.'], [{ name: 'Pod', entries }]);
}

function readUnits(): Array<[file: string, text: string]> {
  const folder = join(root, 'quadlets');
  return readdirSync(folder)
    .sort()
    .map((file) => [file, readFileSync(join(folder, file), 'utf8')]);
}

type UnitFiles = ReadonlyArray<readonly [file: string, text: string]>;

function installPlan(account: Account, folder: string, files: UnitFiles): Action[] {
  return files.map(([file, text]) => ({ does: 'install a unit', file: `${folder}/${file}`, text, account }));
}

/**
 * The generator drops a unit that it cannot read in silence, and systemd then only says "not found". So it reads
 * ours first, in a folder where nobody else's are.
 */
async function refuseGeneratorErrors(account: Account, files: UnitFiles): Promise<void> {
  const folder = (await run(asAccount(account, ['mktemp', '--directory']))).trim();
  try {
    await apply(installPlan(account, folder, files));
    const command = ['env', `QUADLET_UNIT_DIRS=${folder}`, generator, '--user', '--dryrun'];
    const { stderr, exitCode } = await attempt(asAccount(account, command));
    const problems = stderr.split('\n').filter((line) => /error|unsupported|converting/i.test(line));
    if (exitCode === 0 && problems.length === 0) return;
    throw new Failure(`podman's generator does not accept the units:\n  ${problems.join('\n  ') || stderr}`, {
      fix: 'make manifests, then make check',
    });
  } finally {
    await attempt(asAccount(account, ['rm', '-rf', folder]));
  }
}
