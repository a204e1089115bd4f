import { existsSync } from 'node:fs';
import { type Account, asAccount } from './account.ts';

/** Whether a systemd manager runs for this account. */
export function hasUserSystemd(account: Account): boolean {
  return existsSync(`${account.runtimeFolder}/systemd/private`);
}

/** Whether the machine itself was started by systemd. https://www.freedesktop.org/software/systemd/man/sd_booted.html */
export function isSystemdMachine(): boolean {
  return existsSync('/run/systemd/system');
}

export function systemctlUser(account: Account, args: readonly string[]): string[] {
  return asAccount(account, ['systemctl', '--user', ...args]);
}
