import type { Project } from '../project/project.ts';
import { last, quadletSections, type Unit } from '../project/unit.ts';
import { serviceName, templateOf } from './service-name.ts';

interface Names {
  /** Services that will exist. */
  readonly real: ReadonlySet<string>;
  /** What one may take for the service of a unit, and what it is. */
  readonly mistaken: ReadonlyMap<string, string>;
}

const known = new WeakMap<Project, Names>();

/** The name that is meant by one under which no unit will exist; `undefined` where it exists or is none of ours. */
export function missingNameOf(name: string, project: Project, translatesFiles: boolean): string | undefined {
  const { real, mistaken } = namesOf(project);
  const template = templateOf(name);
  if (real.has(template)) return undefined;
  // The generator refuses a file that it does not find: quadlet-dangling-reference tells of it.
  if (translatesFiles && isQuadletFile(name)) return undefined;
  const meant = mistaken.get(template);
  return meant?.includes('@.') ? meant.replace('@.', `@${instanceOf(name)}.`) : meant;
}

function instanceOf(name: string): string {
  return /@([^@]*)\.\w+$/.exec(name)?.[1] ?? '';
}

function namesOf(project: Project): Names {
  const before = known.get(project);
  if (before !== undefined) return before;
  const quadlets = project.units.filter(({ section }) => section !== undefined);
  const real = new Set(project.units.map((unit) => templateOf(serviceName(unit))));
  const mistaken = new Map<string, string>();
  for (const unit of quadlets) {
    for (const name of mistakableNames(unit)) {
      if (!real.has(name) && !mistaken.has(name)) mistaken.set(name, templateOf(serviceName(unit)));
    }
  }
  const names = { real, mistaken };
  known.set(project, names);
  return names;
}

/**
 * Names that one may write for a unit's service. A volume or network is not meant by `data.service`: that may well be
 * a service of the host.
 */
function mistakableNames({ name, stem, type, section = '', entries }: Unit): string[] {
  const [, base = '', instance = ''] = /^(.*?)(@.*)?$/.exec(stem) ?? [];
  const containerName = last({ entries } as Unit, section, 'ContainerName')?.value;
  return [
    name,
    `${name}.service`,
    `${base}-${type}${instance}.service`,
    ...(/^(container|kube|pod)$/.test(type) ? [`${stem}.service`] : []),
    ...(containerName === undefined ? [] : [`${containerName}.service`]),
  ].map(templateOf);
}

function isQuadletFile(name: string): boolean {
  return name.slice(name.lastIndexOf('.') + 1) in quadletSections;
}
