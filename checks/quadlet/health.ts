import { last, type Unit } from '../project/unit.ts';
import type { Span } from '../source.ts';
import type { Option } from './options.ts';
import { option } from './options.ts';
import { podmanArguments } from './podman-arguments.ts';

export interface Health {
  /** The command that is run; `undefined` where there is none, or none here: an image may bring its own. */
  readonly command: Option | undefined;
  /** Where the check is switched off, the image's own too. */
  readonly switchedOff: Span | undefined;
  /** systemd waits until the container is healthy. */
  readonly isAwaited: boolean;
}

export function healthOf(unit: Unit): Health {
  const command = option(unit, 'HealthCmd', 'health-cmd');
  const none = podmanArguments(unit).find(({ flag }) => flag === 'no-healthcheck');
  const isOff = none !== undefined || command?.value === 'none';
  return {
    command: isOff ? undefined : command,
    switchedOff: isOff ? (none?.at ?? command?.at) : undefined,
    isAwaited: /^healthy$/i.test(last(unit, 'Container', 'Notify')?.value ?? ''),
  };
}
