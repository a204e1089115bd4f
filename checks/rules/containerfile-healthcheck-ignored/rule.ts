import { podmanArguments } from '../../quadlet/podman-arguments.ts';
import { defineRule } from '../../rule.ts';

export const rule = defineRule({
  id: 'containerfile-healthcheck-ignored',
  title: 'podman drops HEALTHCHECK when it builds an image',
  severity: 'warning',
  why: 'The OCI format, which podman builds unless told otherwise, has no health check: the container is never looked after.',
  evidence: [
    'https://github.com/containers/buildah/blob/main/config.go',
    'https://docs.podman.io/en/latest/markdown/podman-build.1.html#format',
  ],
  fix: 'Write HealthCmd= into the .container unit, a livenessProbe into the pod, or build with --format docker.',
  applies: 'project',
  *check({ containerfiles, units }) {
    const docker = units.some(
      (unit) =>
        unit.type === 'build' &&
        podmanArguments(unit).some(({ flag, value }) => flag === 'format' && value === 'docker'),
    );
    if (docker) return;
    for (const { keyword, value, keywordSpan } of containerfiles.flatMap(
      ({ instructions }) => instructions,
    )) {
      if (keyword !== 'HEALTHCHECK' || /^none$/i.test(value)) continue;
      yield { at: keywordSpan, message: 'an image in OCI format keeps no health check' };
    }
  },
});
