import { option } from '../quadlet/options.ts';
import type { Pod } from './kube.ts';
import { type Project, unitNamed } from './project.ts';
import type { Unit } from './unit.ts';

/** Podman's name of the pod of a Kubernetes document: a workload's has `-pod` at its end. */
export function podNameOf({ document }: Pod): string | undefined {
  if (document.name === undefined) return undefined;
  return document.kind === 'Pod' ? document.name : `${document.name}-pod`;
}

/** The .pod unit that a container belongs to, if it is among the files. */
export function podUnitOf(unit: Unit, project: Project): Unit | undefined {
  const name = unit.type === 'container' ? option(unit, 'Pod')?.value : undefined;
  return name === undefined ? undefined : unitNamed(project, name);
}

const nameKeys: Readonly<Record<string, string>> = {
  container: 'ContainerName',
  pod: 'PodName',
  volume: 'VolumeName',
  network: 'NetworkName',
};

/** What podman will call it; `undefined` where only systemd knows (`%i`). */
export function resourceNameOf(unit: Unit): string | undefined {
  const name = option(unit, nameKeys[unit.type] ?? '')?.value || `systemd-${unit.stem}`;
  return /[%@]/.test(name) ? undefined : name;
}
