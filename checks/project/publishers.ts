import { basename } from 'node:path';
import { at, itemsAt, textAt, valueAt } from '../parse/tree.ts';
import { type PublishedPort, parsePublishedPort } from '../published-port.ts';
import { option, options } from '../quadlet/options.ts';
import type { Span } from '../source.ts';
import type { Pod } from './kube.ts';
import { podNameOf, podUnitOf, resourceNameOf } from './pod-names.ts';
import type { Project } from './project.ts';
import type { Unit } from './unit.ts';

/** What opens ports of the host: a pod or a container that stands alone. */
export interface Publisher {
  readonly kind: 'unit' | 'pod';
  /** Of equal ones only one can run: a pod of that name, as Quadlet unit or as YAML. */
  readonly key: string;
  readonly file: string;
  readonly place: Span;
  readonly ports: ReadonlyArray<PublishedPort & { readonly at: Span }>;
}

/** Everything in the project that can publish ports, in the order of the files. */
export function publishersOf(project: Project): Publisher[] {
  const byFile = new Map(project.pods.map((pod) => [basename(pod.document.source.path), podNameOf(pod)]));
  return [
    ...project.units.flatMap((unit) => unitPublisher(unit, project, byFile) ?? []),
    ...project.pods.map(podPublisher),
  ];
}

function unitPublisher(
  unit: Unit,
  project: Project,
  podsByFile: ReadonlyMap<string, string | undefined>,
): Publisher | undefined {
  // The name of an instance is only known to systemd.
  if (!/^(container|pod|kube)$/.test(unit.type) || unit.name.includes('@')) return undefined;
  const pod = unit.type === 'pod' ? unit : podUnitOf(unit, project);
  const ports = options(unit, 'PublishPort', 'publish').flatMap(({ value, at: place }) => {
    const port = parsePublishedPort(value);
    return port ? [{ ...port, at: place }] : [];
  });
  // A .kube unit plays the pod of its YAML file.
  const played = podsByFile.get(basename(option(unit, 'Yaml')?.value ?? ''));
  const name = pod ? resourceNameOf(pod) : unit.type === 'kube' ? played : undefined;
  const key = name === undefined ? `unit ${unit.name}` : `pod ${name}`;
  const { source } = unit;
  return { kind: 'unit', key, file: unit.name, place: { source, start: 0, end: 0 }, ports };
}

function podPublisher(pod: Pod): Publisher {
  const { source, name } = pod.document;
  const hostNetwork = valueAt(pod.spec, 'hostNetwork') === true;
  const ports = pod.containers.flatMap(({ tree, role }) =>
    role === 'init' || hostNetwork ? [] : itemsAt(tree, 'ports').flatMap((entry) => readPort(entry) ?? []),
  );
  return {
    kind: 'pod',
    key: name === undefined ? `file ${source.path}` : `pod ${podNameOf(pod)}`,
    file: basename(source.path),
    place: (at(pod.document.tree, 'metadata', 'name') ?? pod.document.tree).span,
    ports,
  };
}

function readPort(entry: Parameters<typeof itemsAt>[0]): (PublishedPort & { at: Span }) | undefined {
  const host = valueAt(entry, 'hostPort');
  const container = valueAt(entry, 'containerPort') ?? host;
  const place = at(entry, 'hostPort');
  if (typeof host !== 'number' || typeof container !== 'number' || host === 0 || !place) return undefined;
  const protocol = (textAt(entry, 'protocol') ?? 'tcp').toLowerCase();
  const address = textAt(entry, 'hostIP') ?? '';
  return { address, host: [host, host], container: [container, container], protocol, at: place.span };
}
