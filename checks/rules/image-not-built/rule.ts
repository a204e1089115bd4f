import { nearest } from '../../../lib/nearest.ts';
import { buildsOf, indexOf, lastName } from '../../project/builds.ts';
import { servicesOf } from '../../project/services.ts';
import { options } from '../../quadlet/options.ts';
import { defineRule } from '../../rule.ts';

export const rule = defineRule({
  id: 'image-not-built',
  title: 'a local image is used that no Containerfile builds',
  severity: 'warning',
  why: 'No registry has an image of localhost/: unless somebody builds it under that name, the container does not start.',
  evidence: [
    'https://docs.podman.io/en/latest/markdown/podman-systemd.unit.5.html#image',
    'https://docs.podman.io/en/latest/markdown/podman-pull.1.html',
  ],
  fix: 'Call the image as the folder of its Containerfile, or add that Containerfile to what is checked.',
  applies: 'project',
  *check(project) {
    const names = [...indexOf(project).keys()];
    // A Containerfile without a folder may build anything.
    if (names.length === 0 || names.includes('')) return;
    const builds = project.units.filter(({ type }) => type === 'build');
    const tags = new Set(
      builds.flatMap((unit) => options(unit, 'ImageTag', 'tag').map(({ value }) => lastName(value))),
    );
    for (const { image } of servicesOf(project)) {
      const name = lastName(image?.value ?? '');
      if (image === undefined || name === '' || /[%$]/.test(name) || tags.has(name)) continue;
      if (buildsOf(image.value, project).length > 0) continue;
      const near = nearest(name.slice(0, 60), names.slice(0, 30));
      const hint = near === undefined ? '' : `; did you mean '${near}'?`;
      yield { at: image.at, message: `no Containerfile lies in a folder '${name}'${hint}` };
    }
  },
});
