import facts from '../checks/tables/quadlet-facts.json' with { type: 'json' };

/** A line of one of our files, changed as a tired hand or a bad merge would. */
export interface Mutant {
  /** `quadlets/ai-semble-llm.container:14 ReadOnly dropped` */
  readonly name: string;
  readonly file: string;
  readonly text: string;
  /** Ids of just the rules that must speak, beyond those that speak of the file as it is. */
  readonly expected: readonly string[];
}

/** What guards a line: the rules that must speak where it is missing, and where it says the opposite. */
export interface Guard {
  readonly dropped: readonly string[];
  /** The whole value that undoes it, and the rules that must notice. */
  readonly negated?: readonly [value: string, rules: readonly string[]];
}

interface UnitLine {
  index: number;
  section: string;
  key: string;
  value: string;
}

/** Every security-relevant line of a unit dropped, misspelt, negated, negated again below, and in a wrong section. */
export function* unitMutants(
  file: string,
  text: string,
  guards: Readonly<Record<string, Guard>>,
): Generator<Mutant> {
  const lines = text.split('\n');
  for (const line of assignments(lines)) {
    const { index, section, key, value } = line;
    const guard = guards[`${section}.${key}`];
    const mutant = (how: string, changed: readonly string[], expected: readonly string[]): Mutant => ({
      name: `${file}:${index + 1} ${key} ${how}`,
      file,
      text: changed.join('\n'),
      expected,
    });
    const unknown = ['Unit', 'Service', 'Install'].includes(section)
      ? 'systemd-unknown-key'
      : 'quadlet-unknown-key';
    if (guard === undefined) continue;
    yield mutant('misspelt', replaced(lines, index, `${misspelt(key)}=${value}`), [
      unknown,
      ...guard.dropped,
    ]);
    if (guard.dropped.length > 0) yield mutant('dropped', replaced(lines, index), guard.dropped);
    const elsewhere = section === 'Unit' ? 'Service' : 'Unit';
    const moved = [...replaced(lines, index), `[${elsewhere}]`, `${key}=${value}`];
    yield mutant(`moved to [${elsewhere}]`, moved, ['systemd-unknown-key', ...guard.dropped]);
    if (guard.negated === undefined) continue;
    const [opposite, rules] = guard.negated;
    yield mutant(`negated: '${opposite}'`, replaced(lines, index, `${key}=${opposite}`), rules);
    const repeated = isSingle(section, key) && opposite !== '' ? ['quadlet-repeated-key'] : [];
    yield mutant('given twice', replaced(lines, index, `${key}=${value}`, `${key}=${opposite}`), [
      ...repeated,
      ...rules,
    ]);
    yield {
      name: `${file} ${key} negated by a drop-in`,
      file: `${file}.d/90-local.conf`,
      text: `[${section}]\n${key}=${opposite}\n`,
      expected: rules,
    };
  }
}

/** Each of the lines added to a section of a unit; from each the rules that must notice it. */
export function* addedMutants(
  file: string,
  text: string,
  section: string,
  additions: Readonly<Record<string, readonly string[]>>,
): Generator<Mutant> {
  for (const [line, expected] of Object.entries(additions)) {
    yield { name: `${file} + ${line}`, file, text: `${text}\n[${section}]\n${line}\n`, expected };
  }
}

/** What guards a line of YAML, known by its key. */
export interface FieldGuard extends Guard {
  /** `securityContext` and its like hold other lines: those go with it. */
  readonly block?: true;
}

/** Every guarded field of a YAML file dropped, misspelt, negated, and negated by a second one below. */
export function* fieldMutants(
  file: string,
  text: string,
  guards: Readonly<Record<string, FieldGuard>>,
): Generator<Mutant> {
  const lines = text.split('\n');
  for (const [index, line] of lines.entries()) {
    const [, indent = '', key = '', value = ''] = /^(\s*(?:- )?)([\w./-]+):\s*(.*)$/.exec(line) ?? [];
    const guard = guards[key];
    if (guard === undefined) continue;
    const mutant = (how: string, changed: readonly string[], expected: readonly string[]): Mutant => ({
      name: `${file}:${index + 1} ${key} ${how}`,
      file,
      text: changed.join('\n'),
      expected,
    });
    const width = guard.block ? blockLength(lines, index) : 1;
    const without = [...lines.slice(0, index), ...lines.slice(index + width)];
    if (!indent.includes('-')) yield mutant('dropped', without, guard.dropped);
    yield mutant('misspelt', replaced(lines, index, `${indent}${misspelt(key)}: ${value}`), [
      'kube-unknown-field',
      ...guard.dropped,
    ]);
    if (guard.negated === undefined) continue;
    const [opposite, rules] = guard.negated;
    const negated = `${indent}${key}: ${opposite}`;
    yield mutant(
      `negated: ${opposite}`,
      [...without.slice(0, index), negated, ...without.slice(index)],
      rules,
    );
    const again = [
      ...lines.slice(0, index + width),
      negated.replace('- ', '  '),
      ...lines.slice(index + width),
    ];
    yield mutant('given twice', again, ['kube-duplicate-key', ...rules]);
  }
}

/** How many lines a key and what is indented below it take. */
function blockLength(lines: readonly string[], index: number): number {
  const depth = (line: string) => line.search(/\S/);
  const own = depth(lines[index] ?? '');
  const after = lines.slice(index + 1).findIndex((line) => depth(line) <= own);
  return after < 0 ? lines.length - index : after + 1;
}

/** Whether podman takes only one value of the key, the last. */
function isSingle(section: string, key: string): boolean {
  const lists: Readonly<Record<string, readonly string[]>> = facts.lists;
  return lists[section] !== undefined && !lists[section].includes(key);
}

function* assignments(lines: readonly string[]): Generator<UnitLine> {
  let section = '';
  for (const [index, line] of lines.entries()) {
    section = /^\[(.+)\]$/.exec(line)?.[1] ?? section;
    const [, key, value] = /^(\w+)=(.*)$/.exec(line) ?? [];
    if (key !== undefined && value !== undefined) yield { index, section, key, value };
  }
}

function replaced(lines: readonly string[], index: number, ...by: string[]): string[] {
  return [...lines.slice(0, index), ...by, ...lines.slice(index + 1)];
}

/** Two letters in the middle change places; where they are equal, one is lost. */
function misspelt(word: string): string {
  const middle = Math.floor(word.length / 2);
  const [left = '', right = ''] = word.slice(middle - 1, middle + 1);
  const pair = left === right ? left : right + left;
  return word.slice(0, middle - 1) + pair + word.slice(middle + 1);
}
