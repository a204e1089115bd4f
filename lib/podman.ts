import type { ProcessOutput } from 'zx';
import { type Account, asAccount, findAccount } from './account.ts';
import { Failure } from './failure.ts';
import { attempt, interactive, type RunOptions, run } from './run.ts';
import { hasUserSystemd } from './systemd.ts';

/** One account's rootless podman. */
export interface Podman {
  account: Account;
  /** The whole argument vector, for plans and scripts; `keep` names the caller's variables that podman gets to see. */
  argv(args: readonly string[], keep?: readonly string[]): string[];
  run(args: readonly string[], options?: RunOptions): Promise<string>;
  attempt(args: readonly string[], options?: RunOptions): Promise<ProcessOutput>;
  interactive(args: readonly string[]): Promise<number>;
  /** True where the thing that `args` names exists. */
  exists(
    kind: 'image' | 'container' | 'pod' | 'network' | 'volume' | 'secret',
    name: string,
  ): Promise<boolean>;
}

export function podmanOf(account: Account): Podman {
  // Without a user systemd there is nobody to run podman's health timers: it would complain at every start.
  const env = hasUserSystemd(account) ? {} : { DISABLE_HC_SYSTEMD: 'true' };
  const argv = (args: readonly string[], keep: readonly string[] = []) =>
    asAccount(account, ['podman', ...args], env, keep);
  return {
    account,
    argv,
    run: (args, options = {}) => run(argv(args), options),
    attempt: (args, options = {}) => attempt(argv(args), options),
    interactive: (args) => interactive(argv(args)),
    async exists(kind, name) {
      const words = kind === 'secret' ? ['secret', 'inspect', name] : [kind, 'exists', name];
      return (await attempt(argv(words))).exitCode === 0;
    },
  };
}

/** The platform's podman, for scripts that need setup to be done. */
export function requirePodman(): Podman {
  const account = findAccount();
  if (account === undefined) {
    throw new Failure('the service account does not exist yet', { exit: 3, fix: 'make setup' });
  }
  return podmanOf(account);
}
