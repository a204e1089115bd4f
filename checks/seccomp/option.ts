import type { Unit } from '../project/unit.ts';
import { type Option, options } from '../quadlet/options.ts';
import { securityOptions } from '../quadlet/podman-arguments.ts';

/** The seccomp profile that a container names, as a path or `unconfined`. */
export function seccompOption(unit: Unit): Option | undefined {
  const fromArguments = securityOptions(unit)
    .filter(({ name }) => name === 'seccomp')
    .map(({ value = '', at }) => ({ value, at }));
  return [...options(unit, 'SeccompProfile'), ...fromArguments].at(-1);
}
