import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Account, asAccount, settingsFolder } from './account.ts';
import { root } from './paths.ts';
import { platform } from './platform.ts';
import { type Action, run } from './run.ts';
import { profilesFolder } from './seccomp-profiles.ts';

/** Where units and the live pod find the profiles; the units say it themselves, from the home folder on. */
export function profileFolder(account: Account): string {
  return `${settingsFolder(account)}/seccomp`;
}

/** Where the profiles of a pod's containers lie; those of a throw-away pod may be others. */
export function profileFolderOf(account: Account, pod: string): string {
  return pod === platform.name
    ? profileFolder(account)
    : `${account.home}/.cache/${platform.name}/${pod}-seccomp`;
}

/** The committed profiles, copied to where the account can read them. */
export function profilePlan(account: Account, folder: string): Action[] {
  return platform.services.map(({ name }) => ({
    does: 'install a seccomp profile',
    file: `${folder}/${name}.json`,
    text: readFileSync(join(root, profilesFolder, `${name}.json`), 'utf8'),
    account,
  }));
}

/** A unit's text with its profile in another folder than where units look for it. */
export function withProfilesIn(folder: string, unit: string): string {
  return unit.replace(/^SeccompProfile=.*\//m, `SeccompProfile=${folder}/`);
}

export async function removeProfiles(account: Account, folder: string): Promise<void> {
  await run(asAccount(account, ['rm', '-rf', folder]));
}
