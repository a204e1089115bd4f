import type { Project } from '../project/project.ts';
import { last, type Unit } from '../project/unit.ts';
import { option } from './options.ts';

/** Quadlet's default: the container runs in the cgroup of its service, not in one of podman's or its pod's. */
export function isSplit(unit: Unit): boolean {
  return (option(unit, 'CgroupsMode', 'cgroups')?.value ?? 'split') === 'split';
}

/** Whether systemd limits the service and with it the container: by itself, or by its slice. */
export function hasServiceLimit(unit: Unit, key: 'MemoryMax' | 'TasksMax', project: Project): boolean {
  if (!isSplit(unit)) return false;
  const isSet = (of: Unit, section: string) => !/^(infinity)?$/.test(last(of, section, key)?.value ?? '');
  if (isSet(unit, 'Service')) return true;
  const slice = last(unit, 'Service', 'Slice')?.value;
  const sliceUnit = slice === undefined ? undefined : project.unitsByName.get(slice);
  return sliceUnit !== undefined && isSet(sliceUnit, 'Slice');
}
