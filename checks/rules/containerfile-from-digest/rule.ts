import { parseImageName } from '../../image/image-name.ts';
import { foreignBases } from '../../image/stages.ts';
import { defineRule } from '../../rule.ts';

export const rule = defineRule({
  id: 'containerfile-from-digest',
  title: 'an image is built on one that is not pinned by its digest',
  severity: 'info',
  why: 'A tag can be moved: the next build may start from something else than what was tested, and nobody sees it.',
  evidence: [
    'https://docs.podman.io/en/latest/markdown/podman-build.1.html',
    'https://github.com/opencontainers/image-spec/blob/main/descriptor.md#digests',
  ],
  fix: 'Append the digest, FROM image:tag@sha256:…, and let a tool or a habit renew it.',
  applies: 'containerfile',
  *check(file) {
    for (const { image, at } of foreignBases(file)) {
      const name = parseImageName(image, at);
      if (name && name.digest === undefined) yield { at, message: `'${image}' has no digest` };
    }
  },
});
