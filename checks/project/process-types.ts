import type { Expression } from '../parse/cil.ts';
import type { Span } from '../source.ts';
import { atoms, keyword, type Policy, statementsOf } from './policy.ts';

export interface ProcessType {
  /** As a container names it: `web_t`, or `web.process` of the block `web`. */
  readonly name: string;
  /** Where it is declared. */
  readonly at: Span;
}

/** Attributes of what runs in a container, in refpolicy and in container-selinux. */
const attributes = new Set(['domain', 'container_domain', 'container_net_domain', 'svirt_sandbox_domain']);

/** The types of a policy that containers run with; types of files and the like are none. */
export function processTypes({ statements }: Policy): ProcessType[] {
  const declared = new Map<string, Span>();
  const processes = new Set<string>();
  const blocks: ProcessType[] = [];
  for (const { statement, path } of statementsOf(statements)) {
    const [, first, second] = atoms(statement);
    const word = keyword(statement);
    const qualified = (name: string) => [...path, name].join('.');
    if (word === 'type' && first) declared.set(qualified(first.text), first.span);
    else if (word === 'roletype' && second) processes.add(qualified(second.text)).add(second.text);
    else if (word === 'blockinherit' && first?.text === 'container' && path.length > 0)
      // udica's templates declare the type `process` in the block that inherits them.
      blocks.push({ name: qualified('process'), at: first.span });
    else if (word === 'typeattributeset' && attributes.has(first?.text ?? ''))
      for (const name of namesIn(statement.items.slice(2))) processes.add(qualified(name)).add(name);
  }
  const types = [...declared].flatMap(([name, at]) => (processes.has(name) ? [{ name, at }] : []));
  return [...types, ...blocks];
}

function namesIn(expressions: readonly Expression[]): string[] {
  return expressions.flatMap((each) => (each.type === 'atom' ? [each.text] : namesIn(each.items)));
}
