import { type ImageName, parseImageName } from '../image/image-name.ts';
import { at, textAt } from '../parse/tree.ts';
import type { Pod } from '../project/kube.ts';

/** The images that a pod's containers name; podman looks for a folder with a Containerfile of that name first. */
export function containerImages({ containers }: Pod): ImageName[] {
  return containers.flatMap(({ tree }) => {
    const place = at(tree, 'image');
    const text = textAt(place);
    return (text && place && parseImageName(text, place.span)) || [];
  });
}
