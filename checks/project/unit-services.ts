import { podmanBytes } from '../byte-size.ts';
import { splitShell } from '../parse/shell.ts';
import { capabilities, option, options } from '../quadlet/options.ts';
import { podmanArguments, securityOptions } from '../quadlet/podman-arguments.ts';
import { podUnitOf, resourceNameOf } from './pod-names.ts';
import type { Project } from './project.ts';
import type { Fact, Service, ServiceMount } from './services.ts';
import { booleanOf, headSpan, isOn, type Unit } from './unit.ts';

/** The containers that .container units describe. */
export function unitServices(project: Project): Service[] {
  return project.units.filter(({ type }) => type === 'container').map((unit) => serviceOf(unit, project));
}

function serviceOf(unit: Unit, project: Project): Service {
  const podUnit = podUnitOf(unit, project);
  const [user, group] = userOf(unit);
  const labels = securityOptions(unit).filter(({ name }) => name === 'label');
  const label = (key: string, kind: string): Fact<string> | undefined =>
    labels
      .filter(({ value }) => value?.startsWith(`${kind}:`))
      .map(({ value = '', at }) => ({ value: value.slice(kind.length + 1), at }))
      .at(-1) ?? option(unit, key);
  const seccomp = securityOptions(unit).findLast(({ name }) => name === 'seccomp');
  return {
    kind: 'unit',
    name: resourceNameOf(unit),
    file: unit.name,
    place: headSpan(unit),
    pod: podUnit && resourceNameOf(podUnit),
    image: option(unit, 'Image'),
    user,
    group,
    environment: environmentOf(unit),
    openEnvironment: options(unit, 'EnvironmentFile', 'env-file').length > 0,
    memory: numberOf(option(unit, 'Memory', 'memory'), podmanBytes),
    pids: numberOf(option(unit, 'PidsLimit', 'pids-limit'), Number),
    readOnly: switchOf(unit, 'ReadOnly', 'read-only'),
    noNewPrivileges: noNewPrivilegesOf(unit),
    added: capabilities(unit, 'Add'),
    dropped: capabilities(unit, 'Drop'),
    level: label('SecurityLabelLevel', 'level'),
    type: label('SecurityLabelType', 'type'),
    isUnlabelled:
      isOn(unit, 'Container', 'SecurityLabelDisable') || labels.some(({ value }) => value === 'disable'),
    seccomp: seccomp ? { value: seccomp.value ?? '', at: seccomp.at } : option(unit, 'SeccompProfile'),
    mounts: mountsOf(unit),
    probes: options(unit, 'HealthCmd', 'health-cmd').flatMap(({ value, at }) =>
      value === 'none' ? [] : [{ value: wordsOfCommand(value), at }],
    ),
  };
}

function userOf(unit: Unit): [Fact<string> | undefined, Fact<string> | undefined] {
  const user = option(unit, 'User', 'user');
  const [name = '', group] = user?.value.split(':') ?? [];
  const groupFact = user && group ? { value: group, at: user.at } : option(unit, 'Group');
  return [user && { value: name, at: user.at }, groupFact];
}

function environmentOf(unit: Unit): Map<string, Fact<string | undefined>> {
  const found = new Map<string, Fact<string | undefined>>();
  for (const { value, at } of options(unit, 'Environment', 'env')) {
    const cut = value.indexOf('=');
    // Without a value it is the host's.
    if (cut < 0) found.set(value, { value: undefined, at });
    else found.set(value.slice(0, cut), { value: value.slice(cut + 1), at });
  }
  return found;
}

function numberOf(
  written: Fact<string> | undefined,
  read: (text: string) => number | undefined,
): Fact<number> | undefined {
  const value = written && read(written.value);
  return written && value !== undefined && Number.isFinite(value) ? { value, at: written.at } : undefined;
}

function switchOf(unit: Unit, key: string, flag: string): Fact<boolean> | undefined {
  const argument = podmanArguments(unit).findLast((each) => each.flag === flag);
  if (argument) return { value: booleanOf(argument.value ?? 'true') === true, at: argument.at };
  const written = option(unit, key);
  return written && { value: booleanOf(written.value) === true, at: written.at };
}

function noNewPrivilegesOf(unit: Unit): Fact<boolean> | undefined {
  const argument = securityOptions(unit).findLast(({ name }) => name === 'no-new-privileges');
  if (argument) return { value: argument.value !== 'false', at: argument.at };
  return switchOf(unit, 'NoNewPrivileges', '');
}

/** Volume= and Mount= with their options; Tmpfs= has no source. */
function mountsOf(unit: Unit): ServiceMount[] {
  const volumes = options(unit, 'Volume', 'volume').map(({ value, at }) => {
    const [first = '', second, third = ''] = value.split(':');
    const written = third.split(',').filter(Boolean);
    const [source, target] = second === undefined ? [undefined, first] : [first, second];
    return { source, target, options: written, readOnly: written.includes('ro'), at };
  });
  const mounts = options(unit, 'Mount', 'mount').map(({ value, at }) => {
    const fields = value.split(',').map((field) => field.split('=') as [string, ...string[]]);
    const of = (...names: string[]) =>
      fields
        .findLast(([name]) => names.includes(name))
        ?.slice(1)
        .join('=');
    const readOnly = fields.some(([name, said]) => /^(ro|readonly)$/.test(name) && said !== 'false');
    const relabel = of('relabel') === 'private' ? ['Z'] : [];
    const words = [...fields.map(([name]) => name), ...relabel];
    return {
      source: of('source', 'src'),
      target: of('target', 'dst', 'destination') ?? '',
      options: words,
      readOnly,
      at,
    };
  });
  const tmpfs = options(unit, 'Tmpfs', 'tmpfs').map(({ value, at }) => {
    const [target = '', written = ''] = value.split(':');
    const words = written.split(',');
    return { source: undefined, target, options: words, readOnly: words.includes('ro'), at };
  });
  return [...volumes, ...mounts, ...tmpfs];
}

/** HealthCmd= is a JSON list, or a line for a shell. */
function wordsOfCommand(value: string): readonly string[] {
  try {
    const list: unknown = JSON.parse(value);
    if (Array.isArray(list)) return list.map(String);
  } catch {
    // No list, then.
  }
  return splitShell(value.replace(/^CMD(-SHELL)?\s+/, '')).map(({ text }) => text);
}
