import { readFileSync } from 'node:fs';
import { type Account, settingsFolder } from './account.ts';
import { Failure } from './failure.ts';
import type { Action } from './run.ts';

/** Things outside podman that setup changed, so that remove can change them back. */
export type Made = 'linger' | 'socket' | 'storage.conf';

const file = (account: Account) => `${settingsFolder(account)}/made.json`;

export function readMade(account: Account): Made[] {
  try {
    return JSON.parse(readFileSync(file(account), 'utf8')) as Made[];
  } catch {
    return [];
  }
}

export function recordMade(account: Account, made: readonly Made[]): Action {
  return {
    does: 'note what was changed',
    file: file(account),
    text: `${JSON.stringify([...new Set(made)])}\n`,
    ...(account.service ? { owner: { uid: account.uid, gid: account.gid } } : {}),
  };
}

/** A secret's value as setup keeps it. */
export function readSetting(account: Account, name: string): string | undefined {
  try {
    return readFileSync(`${settingsFolder(account)}/${name}`, 'utf8').trim();
  } catch {
    return undefined;
  }
}

export function requireApiKey(account: Account): string {
  const key = readSetting(account, 'api-key');
  if (key === undefined) throw new Failure('there is no API key yet', { exit: 3, fix: 'make setup' });
  return key;
}
