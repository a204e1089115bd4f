import type { Version } from '../lib/version.ts';
import type { Report, Severity } from './finding.ts';
import type { Containerfile } from './project/containerfile.ts';
import type { KubeDocument, Pod } from './project/kube.ts';
import type { Policy } from './project/policy.ts';
import type { Project } from './project/project.ts';
import type { SeccompProfile } from './project/seccomp.ts';
import type { Unit } from './project/unit.ts';

/** What a rule may look at; its check is called once for each of these in the project. */
export interface Subjects {
  /** A Quadlet or systemd unit with its drop-ins merged. */
  unit: Unit;
  /** A Kubernetes document of any kind. */
  document: KubeDocument;
  /** A pod, or the pod template of a workload. */
  pod: Pod;
  seccomp: SeccompProfile;
  policy: Policy;
  containerfile: Containerfile;
  /** Everything at once, for what several files must agree on. */
  project: Project;
}

export interface Context {
  readonly project: Project;
  /** The podman that the files are meant for. */
  readonly podman: Version;
}

export interface RuleFor<K extends keyof Subjects> {
  /** Lower case words joined by dashes; the folder's name. */
  readonly id: string;
  /** What it finds, in one short sentence without a full stop. */
  readonly title: string;
  readonly severity: Severity;
  /** What goes wrong without it, in a sentence or two. */
  readonly why: string;
  /** Where that is written or can be read: addresses of documentation, source or issues. */
  readonly evidence: readonly string[];
  /** What to do. */
  readonly fix: string;
  readonly applies: K;
  /** The rule says what the Quadlet generator says: a finding means that there will be no unit. */
  readonly generator?: true;
  check(subject: Subjects[K], context: Context): Iterable<Report>;
}

export type Rule = { [K in keyof Subjects]: RuleFor<K> }[keyof Subjects];

/** Types a rule by what it applies to. */
export function defineRule<K extends keyof Subjects>(rule: RuleFor<K>): RuleFor<K> {
  return rule;
}
