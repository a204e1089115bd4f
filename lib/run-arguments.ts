import { Failure } from './failure.ts';
import { parseUnit } from './unit-syntax.ts';

/** `[Container]` keys that say how a container is confined and what it computes with, as `podman run` takes them. */
const flags: Readonly<Record<string, (value: string) => string[]>> = {
  AddDevice: (value) => ['--device', value],
  DropCapability: (value) => ['--cap-drop', value],
  Environment: (value) => ['--env', value],
  NoNewPrivileges: (value) => (value === 'true' ? ['--security-opt', 'no-new-privileges'] : []),
  PidsLimit: (value) => ['--pids-limit', value],
  PodmanArgs: (value) => value.split(' '),
  ReadOnly: (value) => [`--read-only=${value}`],
  ReadOnlyTmpfs: (value) => [`--read-only-tmpfs=${value}`],
  SeccompProfile: (value) => ['--security-opt', `seccomp=${value}`],
  SecurityLabelFileType: (value) => ['--security-opt', `label=filetype:${value}`],
  SecurityLabelLevel: (value) => ['--security-opt', `label=level:${value}`],
  SecurityLabelType: (value) => ['--security-opt', `label=type:${value}`],
  Tmpfs: (value) => ['--tmpfs', value],
};

/** Keys that say what a container is called, where it belongs and how it is watched. */
const left = /^(ContainerName|Image|Pull|Pod|User|Group|Volume|Secret|Health\w+|StopTimeout)$/;

/**
 * The confinement of a Quadlet's container, from the unit and its drop-ins, for a throw-away container that is to be
 * just as confined. A key that is not known here ends it: nothing may be left out in silence.
 */
export function runArguments(units: readonly string[], home: string): string[] {
  const entries = units
    .flatMap((text) => parseUnit(text).entries)
    .filter(({ section, key }) => section === 'Container' && !left.test(key));
  const id = (key: string) =>
    units.flatMap((text) => parseUnit(text).entries).findLast((entry) => entry.key === key)?.value;
  return [
    ...['--user', `${id('User')}:${id('Group')}`],
    ...entries.flatMap(({ key, value }) => {
      const flag = flags[key];
      if (flag === undefined) throw new Failure(`'${key}=' of a unit is not known to runArguments`);
      return flag(value.replaceAll('%h', home));
    }),
  ];
}
