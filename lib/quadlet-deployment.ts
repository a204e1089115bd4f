import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Account, asAccount } from './account.ts';
import { configHash, configLabel, type Outcome, podState, refuseTakenPort } from './deployment.ts';
import { Failure } from './failure.ts';
import { root } from './paths.ts';
import { type Platform, platform } from './platform.ts';
import type { Podman } from './podman.ts';
import { publishEntries } from './quadlet-manifests.ts';
import { type Action, apply, attempt, run } from './run.ts';
import { systemctlUser } from './systemd.ts';
import { renderUnit } from './unit-file.ts';

const generator = '/usr/lib/systemd/system-generators/podman-system-generator';
const unit = `${platform.name}.pod`;

export function quadletFolder(account: Account): string {
  return `${account.home}/.config/containers/systemd`;
}

/** Installs the units and this host's drop-in, and starts the pod, unless just that is running already. */
export async function deployQuadlets(podman: Podman, published: Platform['published']): Promise<Outcome> {
  const { account } = podman;
  const units = readUnits();
  const config = await configHash(podman, JSON.stringify([units, published]));
  const state = await podState(podman, platform.name);
  if (state?.config === config && state.running) return 'unchanged';
  if (state === undefined) await refuseTakenPort(published);
  await apply(installPlan(account, units, hostDropIn(published, config)));
  await refuseGeneratorErrors(account);
  await run(systemctlUser(account, ['daemon-reload']));
  // The units' own stop waits for the services to drain.
  await run(systemctlUser(account, [state ? 'restart' : 'start', unit]));
  return state ? 'replaced' : 'started';
}

export async function stopQuadlets(account: Account): Promise<void> {
  await run(systemctlUser(account, ['stop', unit]));
}

/** Everything that differs from host to host; the units themselves never change. */
export function hostDropIn(published: Platform['published'], config: string): string {
  const entries: Array<[string, string]> = [
    ['PublishPort', ''],
    ...publishEntries(published),
    ['PodmanArgs', `--label ${configLabel}=${config}`],
  ];
  return renderUnit(['Written by `make deploy` for this host.'], [{ name: 'Pod', entries }]);
}

function readUnits(): Array<[file: string, text: string]> {
  const folder = join(root, 'quadlets');
  return readdirSync(folder)
    .sort()
    .map((file) => [file, readFileSync(join(folder, file), 'utf8')]);
}

function installPlan(account: Account, units: ReadonlyArray<[string, string]>, dropIn: string): Action[] {
  const folder = quadletFolder(account);
  const owner = account.service ? { owner: { uid: account.uid, gid: account.gid } } : {};
  const files: Array<[string, string]> = [...units, [`${unit}.d/50-host.conf`, dropIn]];
  return files.map(([file, text]) => ({ does: 'install a unit', file: `${folder}/${file}`, text, ...owner }));
}

/** The generator drops a unit it cannot read in silence, and systemd then only says "not found". */
async function refuseGeneratorErrors(account: Account): Promise<void> {
  const command = ['env', `QUADLET_UNIT_DIRS=${quadletFolder(account)}`, generator, '--user', '--dryrun'];
  const { stderr, exitCode } = await attempt(asAccount(account, command));
  const problems = stderr.split('\n').filter((line) => /error|unsupported|converting/i.test(line));
  if (exitCode === 0 && problems.length === 0) return;
  throw new Failure(`podman's generator does not accept the units:\n  ${problems.join('\n  ') || stderr}`, {
    fix: 'make manifests, then make check',
  });
}
