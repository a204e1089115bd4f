import { parseImageName } from '../../image/image-name.ts';
import { foreignBases } from '../../image/stages.ts';
import { defineRule } from '../../rule.ts';

export const rule = defineRule({
  id: 'containerfile-from-tag',
  title: 'an image is built on whatever is latest',
  severity: 'warning',
  why: 'A build next month starts from another major version, and one that worked cannot be made again.',
  evidence: [
    'https://docs.podman.io/en/latest/markdown/podman-pull.1.html',
    'https://github.com/hadolint/hadolint/wiki/DL3006',
  ],
  fix: 'Name the version: FROM docker.io/library/debian:13, better with its digest too.',
  applies: 'containerfile',
  *check(file) {
    for (const { image, at } of foreignBases(file)) {
      const name = parseImageName(image, at);
      if (name === undefined || name.digest !== undefined) continue;
      if (name.tag === undefined) yield { at, message: `'${image}' has no tag: that is 'latest'` };
      else if (name.tag === 'latest') yield { at, message: `'${image}' is another image tomorrow` };
    }
  },
});
