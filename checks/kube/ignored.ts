import type { Version } from '../../lib/version.ts';
import type { Report } from '../finding.ts';
import { at, type Tree, textAt, valueAt } from '../parse/tree.ts';
import { type Container, type KubeDocument, type Pod, podOf } from '../project/kube.ts';
import support from '../tables/kube-support.json' with { type: 'json' };
import { before, isNull, security } from './pod.ts';
import { type Field, fieldsOf, isWithin } from './schema.ts';
import { mountsOf } from './volumes.ts';

const perContainer = 'container.seccomp.security.alpha.kubernetes.io/';

/** What is lost: a protection, what keeps a service alive or makes it what it is, or little. */
export type Loss = 'protection' | 'behaviour' | 'little';

const table: Readonly<Record<string, { readonly note: string; readonly until?: string }>> = support.ignored;

const protections = new Set(
  `ConfigMapVolumeSource.defaultMode KeyToPath.mode PersistentVolumeClaimVolumeSource.readOnly
  PodSecurityContext.appArmorProfile PodSecurityContext.runAsNonRoot PodSecurityContext.seccompProfile
  PodSpec.runtimeClassName SecretVolumeSource.defaultMode SecretVolumeSource.items
  SecurityContext.appArmorProfile SecurityContext.runAsNonRoot SecurityContext.seccompProfile
  VolumeMount.recursiveReadOnly`.split(/\s+/),
);

const behaviours = new Set(
  `Container.lifecycle Container.readinessProbe Container.restartPolicy Container.restartPolicyRules
  Container.volumeDevices DeploymentSpec.paused DeploymentSpec.replicas EmptyDirVolumeSource.medium
  EmptyDirVolumeSource.sizeLimit EnvFromSource.prefix EnvVarSource.fileKeyRef HTTPGetAction.httpHeaders
  JobSpec.activeDeadlineSeconds JobSpec.backoffLimit JobSpec.completions JobSpec.parallelism JobSpec.suspend
  Lifecycle.postStart Lifecycle.preStop Lifecycle.stopSignal PodSecurityContext.fsGroup
  PodSecurityContext.sysctls PodSpec.activeDeadlineSeconds PodSpec.ephemeralContainers PodSpec.hostIPC
  PodSpec.hostnameOverride PodSpec.resources PodSpec.terminationGracePeriodSeconds Probe.grpc
  VolumeMount.subPath VolumeMount.subPathExpr`.split(/\s+/),
);

/** Bookkeeping of a cluster, what Kubernetes demands, and rollouts: nobody misses them on one machine. */
const unmissed =
  /\.(status|selector|strategy|updateStrategy|minReadySeconds|revisionHistoryLimit|progressDeadlineSeconds|selfLink|uid|resourceVersion|generation|creationTimestamp|deletionTimestamp|deletionGracePeriodSeconds|ownerReferences|finalizers|managedFields|clusterName|schedulerName|terminationMessagePath|terminationMessagePolicy|fsGroupChangePolicy)$|^List\.|^Secret\.type$|^ObjectFieldSelector\.|^PodSpec\.(os|schedulingGates)$/;

/** Values with which it is as if the field were not there. */
const neutral: Readonly<Record<string, unknown>> = {
  'DeploymentSpec.replicas': 1,
  'EmptyDirVolumeSource.medium': '',
  'JobSpec.completions': 1,
  'JobSpec.parallelism': 1,
  'PodSpec.dnsPolicy': 'ClusterFirst',
};

/** The fields of a document that this podman takes and does nothing with, where that means such a loss. */
export function* ignoredFields(document: KubeDocument, podman: Version, wanted: Loss): Generator<Report> {
  const pod = podOf(document);
  // What stands in an ignored field is not reported once more.
  const lost = new Set<Field>();
  for (const field of fieldsOf(document)) {
    const id = `${field.owner}.${field.name}`;
    if (field.parent !== undefined && lost.has(field.parent)) lost.add(field);
    const entry = Object.hasOwn(table, id) ? table[id] : undefined;
    if (entry === undefined || lost.has(field)) continue;
    if (entry.until !== undefined && !before(podman, entry.until)) continue;
    if (unmissed.test(id) || isNeutral(id, field.entry.value)) continue;
    lost.add(field);
    if (lossOf(id) !== wanted || isInInit(field) || (pod !== undefined && isMadeUp(id, field, pod))) continue;
    const later = entry.until === undefined ? '' : ` (${entry.until} does)`;
    const message = `podman ${podman.text} does nothing with '${field.key}'${later}: ${entry.note}`;
    yield { at: field.entry.key.span, message };
  }
}

function lossOf(id: string): Loss {
  if (protections.has(id)) return 'protection';
  return behaviours.has(id) ? 'behaviour' : 'little';
}

function isNeutral(id: string, value: Tree): boolean {
  if (isNull(value)) return true;
  if (value.type === 'list') return value.items.length === 0;
  if (value.type === 'map') return value.entries.length === 0;
  return value.value === false || (Object.hasOwn(neutral, id) && neutral[id] === value.value);
}

/** kube-init-container speaks of probes, hooks and restart policies of init containers. */
function isInInit({ owner, parent }: Field): boolean {
  return owner === 'Container' && isWithin(parent, 'initContainers');
}

/** Where something else does what the ignored field was to do. */
function isMadeUp(id: string, field: Field, pod: Pod): boolean {
  switch (id) {
    case 'PodSecurityContext.runAsNonRoot':
    case 'SecurityContext.runAsNonRoot':
      return affectedBy(field, pod).every((each) => security(pod, each, 'runAsUser') !== undefined);
    case 'PodSecurityContext.seccompProfile':
    case 'SecurityContext.seccompProfile': {
      // The default applies anyway, and pod-seccomp-unconfined speaks of Unconfined.
      if (textAt(field.entry.value, 'type') !== 'Localhost') return true;
      const names = new Set(pod.annotations.map(({ name }) => name));
      return affectedBy(field, pod).every(({ name }) => {
        return names.has('seccomp.security.alpha.kubernetes.io/pod') || names.has(`${perContainer}${name}`);
      });
    }
    case 'PersistentVolumeClaimVolumeSource.readOnly':
      return mountsOf(pod, volumeOf(field)).every(({ mount }) => valueAt(mount, 'readOnly') === true);
    case 'EmptyDirVolumeSource.sizeLimit':
      // What lies in memory counts as memory of the containers.
      if (textAt(field.map, 'medium') !== 'Memory') return false;
      return mountsOf(pod, volumeOf(field)).every(({ container }) => {
        return at(container.tree, 'resources', 'limits', 'memory') !== undefined;
      });
    default:
      return false;
  }
}

/** The container whose securityContext the field stands in, or all where it is the pod's. */
function affectedBy({ owner, parent }: Field, { containers }: Pod): readonly Container[] {
  if (owner === 'PodSecurityContext') return containers;
  const tree = parent?.map;
  return tree === undefined ? [] : [{ tree, name: textAt(tree, 'name'), role: 'container' }];
}

function volumeOf({ parent }: Field): string | undefined {
  return textAt(parent?.map, 'name');
}
