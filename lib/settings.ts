import { type Account, asAccount, settingsFolder } from './account.ts';
import { Failure } from './failure.ts';
import type { SecretId } from './platform.ts';
import { type Action, attempt } from './run.ts';

/** Things outside podman that setup changed, so that remove can change them back. */
export type Made = 'linger' | 'socket' | 'storage.conf';

const madeFile = 'made.json';

export async function readMade(account: Account): Promise<Made[]> {
  const text = await readSetting(account, madeFile);
  return text === undefined ? [] : (JSON.parse(text) as Made[]);
}

export function recordMade(account: Account, made: readonly Made[]): Action {
  const text = `${JSON.stringify([...new Set(made)])}\n`;
  return { does: 'note what was changed', file: `${settingsFolder(account)}/${madeFile}`, text, account };
}

/** A file of the account's settings, read as that account; `undefined` where it is missing or empty. */
export async function readSetting(account: Account, name: string): Promise<string | undefined> {
  const output = await attempt(asAccount(account, ['cat', `${settingsFolder(account)}/${name}`]));
  return (output.exitCode === 0 && output.stdout.trim()) || undefined;
}

export async function requireApiKey(account: Account): Promise<string> {
  return requireSecret(account, 'api-key');
}

/** The value of a secret that setup made. */
export async function requireSecret(account: Account, id: SecretId): Promise<string> {
  const value = await readSetting(account, id);
  if (value === undefined) throw new Failure(`there is no ${id} yet`, { exit: 3, fix: 'make setup' });
  return value;
}
