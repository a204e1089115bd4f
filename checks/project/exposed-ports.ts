import { partsOf } from '../image/instructions.ts';
import { plainBase } from '../image/plain-base.ts';
import { layersOf } from './builds.ts';
import type { Project } from './project.ts';
import type { Service } from './services.ts';

export interface ExposedPort {
  readonly text: string;
  readonly first: number;
  readonly last: number;
}

/**
 * The ports that the images of these containers declare with EXPOSE; `undefined` where that is not known of every one
 * of them, or where their authors declare none at all.
 */
export function exposedPorts(services: readonly Service[], project: Project): ExposedPort[] | undefined {
  const found = new Map<string, ExposedPort>();
  const images = new Set(services.map(({ image }) => image?.value ?? ''));
  for (const image of images) {
    const layers = layersOf(image, project);
    if (layers === undefined || plainBase(layers.base) === undefined) return undefined;
    const instructions = layers.stages.flatMap((stage) => stage.instructions);
    for (const { text } of instructions
      .filter(({ keyword }) => keyword === 'EXPOSE')
      .flatMap((instruction) => partsOf(instruction).words)) {
      const [, first, last = first] = /^(\d{1,5})(?:-(\d{1,5}))?(?:\/\w+)?$/.exec(text) ?? [];
      if (first === undefined) return undefined;
      found.set(text, { text, first: Number(first), last: Number(last) });
    }
  }
  return found.size > 0 ? [...found.values()] : undefined;
}
