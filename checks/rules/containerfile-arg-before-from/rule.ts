import type { Report } from '../../finding.ts';
import { assignmentsOf } from '../../image/instructions.ts';
import { parentOf } from '../../image/stages.ts';
import type { Instruction, Stage } from '../../project/containerfile.ts';
import { defineRule } from '../../rule.ts';
import { spanOf } from '../../source.ts';

export const rule = defineRule({
  id: 'containerfile-arg-before-from',
  title: 'an argument from above FROM is empty below it',
  severity: 'error',
  why: 'ARG before the first FROM is known to FROM alone; in a stage the variable is empty, and the build goes on with that.',
  evidence: [
    'https://github.com/containers/common/blob/main/docs/Containerfile.5.md',
    'https://docs.docker.com/reference/dockerfile/#understand-how-arg-and-from-interact',
  ],
  fix: 'Declare it again in the stage, without a value: ARG NAME.',
  applies: 'containerfile',
  *check(file) {
    if (file.globalArguments.size === 0) return;
    const declared = new Map<Stage, ReadonlySet<string>>();
    for (const stage of file.stages) {
      const parent = parentOf(stage, file);
      // Newer builds hand an ARG of a stage on to those that start from it.
      const names = new Set(parent && declared.get(parent));
      for (const instruction of stage.instructions) {
        yield* emptyUses(instruction, file.globalArguments, names);
        if (/^(ARG|ENV)$/.test(instruction.keyword))
          for (const { name } of assignmentsOf(instruction))
            if (file.globalArguments.has(name)) names.add(name);
      }
      declared.set(stage, names);
    }
  },
});

function* emptyUses(
  { span, keyword }: Instruction,
  wanted: ReadonlyMap<string, string>,
  declared: ReadonlySet<string>,
): Generator<Report> {
  const text = span.source.text.slice(span.start, span.end);
  const own = keyword === 'RUN' ? shellVariables(text) : new Set<string>();
  for (const match of text.matchAll(/(\\?)\$(?:\{(\w+)(:?[-+=?])?|(\w+))/g)) {
    const [written, backslash = '', braced, fallback, bare] = match;
    const name = braced ?? bare ?? '';
    if (backslash !== '' || fallback || !wanted.has(name) || declared.has(name) || own.has(name)) continue;
    const start = span.start + match.index;
    const at = spanOf(span.source, { start, end: start + written.length });
    yield { at, message: `${name} is empty here: this stage does not declare it` };
  }
}

/** The shell of a RUN has variables of its own. */
function shellVariables(script: string): ReadonlySet<string> {
  const found = script.matchAll(
    /(?:^|[\s;&|(`"'])(?:(\w+)\+?=|(?:for|read|local|export|select)[ \t]+(\w+))/g,
  );
  return new Set([...found].map(([, assigned, named]) => assigned ?? named ?? ''));
}
