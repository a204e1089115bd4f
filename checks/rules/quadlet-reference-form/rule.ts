import type { Version } from '../../../lib/version.ts';
import { lookup, untrimmed } from '../../project/lookup.ts';
import type { Project } from '../../project/project.ts';
import { all, lastEntry, type Unit, valueSpan } from '../../project/unit.ts';
import { defineRule } from '../../rule.ts';

export const rule = defineRule({
  id: 'quadlet-reference-form',
  title: 'Pod= or Network= refers to something that cannot be joined',
  severity: 'error',
  why: 'The generator makes no unit: it joins pods by their .pod file, and containers only by a name that it can work out.',
  evidence: [
    'https://docs.podman.io/en/latest/markdown/podman-systemd.unit.5.html#pod',
    'https://docs.podman.io/en/latest/markdown/podman-systemd.unit.5.html#network',
    'https://github.com/containers/podman/blob/v5.4.2/pkg/systemd/quadlet/quadlet.go',
  ],
  fix: 'Write Pod=NAME.pod; write Network=NAME.container without options, and give that container a ContainerName= without %.',
  applies: 'unit',
  generator: true,
  *check(unit, { podman, project }) {
    if (unit.section === undefined) return;
    const pod = unit.type === 'container' ? lookup(unit, 'Container', 'Pod', podman) : undefined;
    const podEntry = lastEntry(unit, 'Container', 'Pod');
    if (pod && podEntry && !pod.endsWith('.pod'))
      yield { at: valueSpan(podEntry), message: `'${pod}' does not end in .pod` };
    if (!/^(container|pod|kube|build)$/.test(unit.type) || podman.isBefore(5, 3)) return;
    for (const entry of all(unit, unit.section, 'Network')) {
      const message = networkProblem(untrimmed(entry), project, podman);
      if (message !== undefined) yield { at: valueSpan(entry), message };
    }
  },
});

function networkProblem(value: string, { unitsByName }: Project, podman: Version): string | undefined {
  const [name = '', ...options] = value.split(':');
  const container = name.endsWith('.container') ? unitsByName.get(name) : undefined;
  if (container === undefined) return undefined;
  if (options.length > 0) return `'${value}': a container's network takes no options`;
  return isNamed(container, podman) ? undefined : `what ${name} is called is only known when it runs`;
}

function isNamed(unit: Unit, podman: Version): boolean {
  const standard = unit.name.includes('@') ? 'systemd-%p_%i' : 'systemd-%N';
  const service = lookup(unit, 'Container', 'ServiceName', podman) ?? unit.stem;
  const name = lookup(unit, 'Container', 'ContainerName', podman) || standard;
  return !name.replaceAll('%N', service).includes('%');
}
