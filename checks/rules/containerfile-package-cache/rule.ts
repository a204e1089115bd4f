import { keptCaches, namesSet } from '../../image/package-cache.ts';
import { finalStages } from '../../image/stages.ts';
import { defineRule } from '../../rule.ts';

export const rule = defineRule({
  id: 'containerfile-package-cache',
  title: 'an image keeps the cache of its package manager',
  severity: 'info',
  why: 'It makes the image larger by tens of megabytes; removed in a later RUN it still stays in the layer below.',
  evidence: [
    'https://docs.docker.com/build/building/best-practices/#apt-get',
    'https://docs.podman.io/en/latest/markdown/podman-build.1.html',
  ],
  fix: 'Clear it in the same RUN, tell the manager to keep none, or mount it with RUN --mount=type=cache.',
  applies: 'containerfile',
  *check(file) {
    const environment = new Set<string>();
    // What a stage keeps that is only copied from is gone with it.
    for (const instruction of finalStages(file)
      .reverse()
      .flatMap(({ instructions }) => instructions)) {
      for (const name of namesSet(instruction)) environment.add(name);
      for (const { program, folder, at } of keptCaches(instruction, environment))
        yield { at, message: `${program} leaves what it keeps in ${folder}` };
    }
  },
});
