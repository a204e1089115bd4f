import { baseOf, type Containerfile, type Stage } from '../project/containerfile.ts';
import type { Span } from '../source.ts';
import { assignmentsOf, partsOf } from './instructions.ts';

const known = new WeakMap<Containerfile, ReadonlyMap<Stage, Stage>>();

/** The earlier stage that a stage starts from, if it is none of another image. */
export function parentOf(stage: Stage, file: Containerfile): Stage | undefined {
  return parents(file).get(stage);
}

/** A stage, the stage that it starts from, and so on. */
export function lineageOf(stage: Stage | undefined, file: Containerfile): Stage[] {
  const lineage: Stage[] = [];
  for (let here = stage; here !== undefined; here = parentOf(here, file)) lineage.push(here);
  return lineage;
}

/** The stages whose instructions end up in the image, the last first. */
export function finalStages(file: Containerfile): Stage[] {
  return lineageOf(file.stages.at(-1), file);
}

export interface ForeignBase {
  readonly stage: Stage;
  /** With defaults of ARG filled in. */
  readonly image: string;
  /** Where it is written: in FROM, or as the default of the ARG that FROM names. */
  readonly at: Span;
}

/** Images that others build: not `scratch`, an earlier stage, localhost/…, nor what only the build command says. */
export function foreignBases(file: Containerfile): ForeignBase[] {
  const defaults = defaultSpans(file);
  return file.stages.flatMap((stage) => {
    const image = baseOf(stage, file);
    if (image === '' || /^scratch$|^localhost\/|^[:@]/.test(image) || parentOf(stage, file)) return [];
    const [word] = partsOf(stage.from).words;
    const name = /^\$(?:\{(\w+)\}|(\w+))$/
      .exec(word?.text ?? '')
      ?.slice(1)
      .find(Boolean);
    return { stage, image, at: defaults.get(name ?? '') ?? word?.at ?? stage.from.span };
  });
}

/** Where the defaults of the arguments above FROM are written. */
function defaultSpans({ instructions, stages }: Containerfile): Map<string, Span> {
  const spans = new Map<string, Span>();
  for (const instruction of instructions) {
    if (instruction === stages[0]?.from) break;
    for (const { name, value, valueAt } of instruction.keyword === 'ARG' ? assignmentsOf(instruction) : [])
      if (value !== undefined) spans.set(name, valueAt);
  }
  return spans;
}

function parents(file: Containerfile): ReadonlyMap<Stage, Stage> {
  const before = known.get(file);
  if (before) return before;
  const found = new Map<Stage, Stage>();
  const byName = new Map<string, Stage>();
  for (const stage of file.stages) {
    const parent = byName.get(baseOf(stage, file));
    if (parent) found.set(stage, parent);
    if (stage.name !== undefined) byName.set(stage.name, stage);
  }
  known.set(file, found);
  return found;
}
