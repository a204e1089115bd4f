import type { Project } from '../project/project.ts';
import { all, last, type Unit } from '../project/unit.ts';
import { serviceName, templateOf } from './service-name.ts';
import { placedWords } from './unit-words.ts';

/** What starts the units of a project. */
export interface Starters {
  /** Another unit pulls it in, or a timer, socket or path does. */
  readonly isStarted: (unit: Unit) => boolean;
  /** A timer starts it: it is expected to end. */
  readonly isTimed: (unit: Unit) => boolean;
}

const known = new WeakMap<Project, Starters>();

/** Built once for a project: asking for every unit stays linear. */
export function startersOf(project: Project): Starters {
  const before = known.get(project);
  if (before !== undefined) return before;
  const started = new Set<string>();
  const timed = new Set<string>();
  for (const unit of project.units) {
    for (const key of ['Wants', 'Requires', 'BindsTo', 'Upholds', 'OnSuccess', 'OnFailure']) {
      for (const { text } of all(unit, 'Unit', key).flatMap((entry) => placedWords(entry, 'words')))
        started.add(templateOf(text));
    }
    for (const name of startedBy(unit)) {
      started.add(name);
      if (unit.type === 'timer') timed.add(name);
    }
  }
  const isIn = (set: Set<string>) => (unit: Unit) =>
    set.has(unit.name) || set.has(templateOf(serviceName(unit)));
  const starters = { isStarted: isIn(started), isTimed: isIn(timed) };
  known.set(project, starters);
  return starters;
}

function startedBy(unit: Unit): string[] {
  switch (unit.type) {
    case 'timer':
      return [last(unit, 'Timer', 'Unit')?.value ?? `${unit.stem}.service`];
    case 'path':
      return [last(unit, 'Path', 'Unit')?.value ?? `${unit.stem}.service`];
    case 'socket':
      return [last(unit, 'Socket', 'Service')?.value ?? `${unit.stem}.service`];
    case 'container':
      return podAndNetworks(unit);
    default:
      return [];
  }
}

/** A container pulls in its pod, and the container whose network it joins; a pod does its containers. */
function podAndNetworks(unit: Unit): string[] {
  const networks = all(unit, 'Container', 'Network').map(({ value }) => value);
  const pod = isEnabled(unit) ? last(unit, 'Container', 'Pod')?.value : undefined;
  return [...networks.filter((name) => name.endsWith('.container')), ...(pod === undefined ? [] : [pod])];
}

/** Whether [Install] starts the unit with a target or another unit. */
export function isEnabled(unit: Unit): boolean {
  return ['WantedBy', 'RequiredBy', 'UpheldBy'].some((key) => all(unit, 'Install', key).length > 0);
}
