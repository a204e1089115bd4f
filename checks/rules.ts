import type { Rule } from './rule.ts';
import { rule as cilSyntax } from './rules/cil-syntax/rule.ts';
import { rule as containerReadOnly } from './rules/container-read-only/rule.ts';
import { rule as containerfileUser } from './rules/containerfile-user/rule.ts';
import { rule as podReadOnly } from './rules/pod-read-only/rule.ts';
import { rule as seccompDefaultAction } from './rules/seccomp-default-action/rule.ts';
import { rule as unitSyntax } from './rules/unit-syntax/rule.ts';
import { rule as waiver } from './rules/waiver/rule.ts';

/** Every rule, by name. */
export const rules: readonly Rule[] = [
  cilSyntax,
  containerReadOnly,
  containerfileUser,
  podReadOnly,
  seccompDefaultAction,
  unitSyntax,
  waiver,
];
