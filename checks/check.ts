import type { Version } from '../lib/version.ts';
import type { Finding } from './finding.ts';
import type { Problem } from './project/problem.ts';
import { type Project, readProject } from './project/project.ts';
import type { Context, Rule, RuleFor, Subjects } from './rule.ts';
import { rules } from './rules.ts';
import { positionOf, type Source } from './source.ts';
import { applyWaivers } from './waivers.ts';

export interface CheckOptions {
  /** The podman that the files are meant for. */
  readonly podman: Version;
  /** Files that could not be read as text. */
  readonly unreadable?: readonly Problem[];
  readonly skip?: readonly string[];
}

export interface Checked {
  readonly project: Project;
  /** By file, line and column. */
  readonly findings: readonly Finding[];
}

/** Applies every rule to the files. Pure: it reads nothing but what it is given. */
export function check(sources: readonly Source[], { podman, unreadable, skip = [] }: CheckOptions): Checked {
  const project = readProject(sources, unreadable);
  const context: Context = { project, podman };
  const subjects: { [K in keyof Subjects]: ReadonlyArray<Subjects[K]> } = {
    unit: project.units,
    document: project.documents,
    pod: project.pods,
    seccomp: project.seccomp,
    policy: project.policies,
    containerfile: project.containerfiles,
    project: [project],
  };
  const applied = rules.filter(({ id }) => !skip.includes(id));
  const found = applied.flatMap((rule) => findingsOf(rule, subjects, context));
  const ids = rules.map(({ id }) => id);
  const findings = applyWaivers(found, sources, ids, skip).filter(({ rule }) => !skip.includes(rule));
  return { project, findings: findings.sort(inOrder) };
}

function findingsOf(
  rule: Rule,
  subjects: { [K in keyof Subjects]: ReadonlyArray<Subjects[K]> },
  context: Context,
): Finding[] {
  const { id, severity, applies } = rule;
  const { check: run } = rule as RuleFor<typeof applies>;
  const findings: Finding[] = [];
  for (const subject of subjects[applies]) {
    for (const report of run(subject as never, context)) findings.push({ ...report, rule: id, severity });
  }
  return findings;
}

function inOrder(a: Finding, b: Finding): number {
  const [left, right] = [a, b].map(({ at }) => ({
    path: at.source.path,
    ...positionOf(at.source, at.start),
  }));
  if (left === undefined || right === undefined) return 0;
  if (left.path !== right.path) return left.path < right.path ? -1 : 1;
  return left.line - right.line || left.column - right.column || (a.rule < b.rule ? -1 : 1);
}
