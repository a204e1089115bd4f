import { type ImageName, imageOf, isLocal } from '../../image/image-name.ts';
import { unitNamed } from '../../project/project.ts';
import { last, valueSpan } from '../../project/unit.ts';
import { defineRule } from '../../rule.ts';

export const rule = defineRule({
  id: 'auto-update',
  title: 'an image is to update itself but cannot',
  severity: 'error',
  why: 'The command podman auto-update asks the registry for the tag again: an image that is built here or pinned by a digest never changes there, and a short name podman refuses.',
  evidence: [
    'https://docs.podman.io/en/latest/markdown/podman-auto-update.1.html',
    'https://github.com/containers/podman/blob/main/libpod/container_validate.go',
  ],
  fix: 'Name the image with registry and tag, take AutoUpdate=local for one that is built here, or remove AutoUpdate=.',
  applies: 'unit',
  *check(unit, { project }) {
    const update = last(unit, 'Container', 'AutoUpdate');
    if (update?.value !== 'registry') return;
    const reference = last(unit, 'Container', 'Image')?.value ?? '';
    const source = reference.endsWith('.image') ? unitNamed(project, reference) : unit;
    const image = source && imageOf(source);
    const obstacle = image && obstacleOf(image);
    if (obstacle) yield { at: valueSpan(update), message: `'${image.text}' ${obstacle}` };
  },
});

function obstacleOf(image: ImageName): string | undefined {
  if (isLocal(image)) return 'is in no registry';
  if (image.digest !== undefined) return 'is pinned by its digest';
  return image.registry === undefined ? 'names no registry' : undefined;
}
