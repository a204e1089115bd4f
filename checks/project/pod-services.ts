import { basename } from 'node:path';
import { quantityBytes } from '../byte-size.ts';
import { at, itemsAt, type Tree, textAt, valueAt } from '../parse/tree.ts';
import type { Container, Pod } from './kube.ts';
import { podNameOf } from './pod-names.ts';
import type { Project } from './project.ts';
import type { Fact, Service, ServiceMount } from './services.ts';

/** The containers of pods and of workloads. */
export function podServices({ pods }: Project): Service[] {
  return pods.flatMap((pod) => {
    const annotations = new Map(pod.annotations.map(({ name, value }) => [name, value]));
    const volumes = volumesOf(pod);
    return pod.containers.map((container) => serviceOf(container, pod, annotations, volumes));
  });
}

function serviceOf(
  { tree, name }: Container,
  pod: Pod,
  annotations: ReadonlyMap<string, Tree>,
  volumes: ReadonlyMap<string, string>,
): Service {
  const security = (...path: string[]) =>
    at(tree, 'securityContext', ...path) ?? at(pod.spec, 'securityContext', ...path);
  const own = (...path: string[]) => at(tree, 'securityContext', ...path);
  const escalation = booleanFact(own('allowPrivilegeEscalation'));
  const podName = podNameOf(pod);
  return {
    kind: 'pod',
    name: podName !== undefined && name !== undefined ? `${podName}-${name}` : undefined,
    file: basename(pod.document.source.path),
    place: (at(tree, 'name') ?? tree).span,
    pod: podName,
    image: textFact(at(tree, 'image')),
    user: textFact(security('runAsUser')),
    group: textFact(security('runAsGroup')),
    environment: environmentOf(tree),
    openEnvironment: itemsAt(tree, 'envFrom').length > 0,
    memory: numberFact(at(tree, 'resources', 'limits', 'memory'), quantityBytes),
    pids: numberFact(annotations.get(`io.podman.annotations.pids-limit/${name}`), Number),
    readOnly: booleanFact(own('readOnlyRootFilesystem')),
    noNewPrivileges: escalation && { ...escalation, value: !escalation.value },
    added: capabilitiesOf(own('capabilities', 'add')),
    dropped: capabilitiesOf(own('capabilities', 'drop')),
    level: textFact(security('seLinuxOptions', 'level')),
    type: textFact(security('seLinuxOptions', 'type')),
    isUnlabelled: textFact(annotations.get(`io.podman.annotations.label/${name}`))?.value === 'disable',
    seccomp: seccompOf(tree, pod, annotations, name),
    mounts: mountsOf(tree, volumes),
    probes: ['livenessProbe', 'startupProbe'].flatMap((probe) => {
      const command = at(tree, probe, 'exec', 'command');
      const words = itemsAt(command).map((item) => (item.type === 'scalar' ? String(item.value) : ''));
      return command && words.length > 0 ? [{ value: words, at: command.span }] : [];
    }),
  };
}

/** The annotation of the container, of the pod, or what newer podman reads: securityContext.seccompProfile. */
function seccompOf(
  tree: Tree,
  pod: Pod,
  annotations: ReadonlyMap<string, Tree>,
  name: string | undefined,
): Fact<string> | undefined {
  const profile =
    at(tree, 'securityContext', 'seccompProfile', 'localhostProfile') ??
    annotations.get(`container.seccomp.security.alpha.kubernetes.io/${name}`) ??
    at(pod.spec, 'securityContext', 'seccompProfile', 'localhostProfile') ??
    annotations.get('seccomp.security.alpha.kubernetes.io/pod');
  return textFact(profile);
}

function environmentOf(tree: Tree): Map<string, Fact<string | undefined>> {
  const pairs = itemsAt(tree, 'env').flatMap((entry) => {
    const name = valueAt(entry, 'name');
    if (name === undefined || name === null) return [];
    const value = at(entry, 'valueFrom') ? undefined : String(valueAt(entry, 'value') ?? '');
    return [[String(name), { value, at: (at(entry, 'value') ?? entry).span }] as const];
  });
  return new Map(pairs);
}

/** Where the named volumes of a pod come from. */
function volumesOf({ spec }: Pod): Map<string, string> {
  const sources = itemsAt(spec, 'volumes').flatMap((volume) => {
    const source = textAt(volume, 'persistentVolumeClaim', 'claimName') ?? textAt(volume, 'hostPath', 'path');
    const name = textAt(volume, 'name');
    return name !== undefined && source !== undefined ? [[name, source] as const] : [];
  });
  return new Map(sources);
}

function mountsOf(tree: Tree, volumes: ReadonlyMap<string, string>): ServiceMount[] {
  return itemsAt(tree, 'volumeMounts').flatMap((mount) => {
    // Podman takes options of -v after a colon: mountPath: /data:Z.
    const [target = '', written = ''] = textAt(mount, 'mountPath')?.split(':') ?? [];
    if (target === '') return [];
    const options = written.split(',').filter(Boolean);
    const readOnly = valueAt(mount, 'readOnly') === true || options.includes('ro');
    const place = at(mount, 'readOnly') ?? at(mount, 'mountPath') ?? mount;
    return [{ source: volumes.get(textAt(mount, 'name') ?? ''), target, options, readOnly, at: place.span }];
  });
}

function capabilitiesOf(list: Tree | undefined): Array<Fact<string>> {
  return itemsAt(list).flatMap((item) => {
    const fact = textFact(item);
    return fact ? [{ ...fact, value: fact.value.toUpperCase().replace(/^CAP_(?!ALL$)/, '') }] : [];
  });
}

function textFact(tree: Tree | undefined): Fact<string> | undefined {
  if (tree?.type !== 'scalar' || tree.value === null) return undefined;
  return { value: String(tree.value), at: tree.span };
}

function booleanFact(tree: Tree | undefined): Fact<boolean> | undefined {
  if (tree?.type !== 'scalar' || typeof tree.value !== 'boolean') return undefined;
  return { value: tree.value, at: tree.span };
}

function numberFact(
  tree: Tree | undefined,
  read: (value: unknown) => number | undefined,
): Fact<number> | undefined {
  const value = tree?.type === 'scalar' && tree.value !== null ? read(tree.value) : undefined;
  return tree && value !== undefined && Number.isFinite(value) ? { value, at: tree.span } : undefined;
}
