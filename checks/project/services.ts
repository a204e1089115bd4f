import type { Span } from '../source.ts';
import { podServices } from './pod-services.ts';
import type { Project } from './project.ts';
import { unitServices } from './unit-services.ts';

/** A setting that is written, with its place. */
export interface Fact<T> {
  readonly value: T;
  readonly at: Span;
}

export interface ServiceMount {
  /** A volume, a .volume unit or a path; `undefined` for tmpfs and the like. */
  readonly source: string | undefined;
  readonly target: string;
  readonly options: readonly string[];
  readonly readOnly: boolean;
  readonly at: Span;
}

/** A container, whether a Quadlet unit or a pod describes it; what is not written is `undefined`. */
export interface Service {
  readonly kind: 'unit' | 'pod';
  /** Podman's name of the container. */
  readonly name: string | undefined;
  /** The file's name, for messages. */
  readonly file: string;
  readonly place: Span;
  /** Podman's name of its pod. */
  readonly pod: string | undefined;
  readonly image: Fact<string> | undefined;
  readonly user: Fact<string> | undefined;
  readonly group: Fact<string> | undefined;
  /** `undefined` as a value: somebody else gives it. */
  readonly environment: ReadonlyMap<string, Fact<string | undefined>>;
  /** More variables come from files or from other objects. */
  readonly openEnvironment: boolean;
  readonly memory: Fact<number> | undefined;
  readonly pids: Fact<number> | undefined;
  readonly readOnly: Fact<boolean> | undefined;
  readonly noNewPrivileges: Fact<boolean> | undefined;
  /** In capitals, without CAP_. */
  readonly added: ReadonlyArray<Fact<string>>;
  readonly dropped: ReadonlyArray<Fact<string>>;
  readonly level: Fact<string> | undefined;
  readonly type: Fact<string> | undefined;
  /** SELinux does not separate it. */
  readonly isUnlabelled: boolean;
  /** The profile's path, or words such as `unconfined`. */
  readonly seccomp: Fact<string> | undefined;
  readonly mounts: readonly ServiceMount[];
  /** Commands that ask it for its health, as words. */
  readonly probes: ReadonlyArray<Fact<readonly string[]>>;
}

const known = new WeakMap<Project, readonly Service[]>();

/** Every container of the project. */
export function servicesOf(project: Project): readonly Service[] {
  const before = known.get(project);
  if (before) return before;
  const services = [...unitServices(project), ...podServices(project)];
  known.set(project, services);
  return services;
}
