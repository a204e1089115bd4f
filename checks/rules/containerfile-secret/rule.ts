import { assignmentsOf } from '../../image/instructions.ts';
import { defineRule } from '../../rule.ts';
import { isSecretName } from '../../secret-names.ts';

export const rule = defineRule({
  id: 'containerfile-secret',
  title: 'a secret is written into an image',
  severity: 'error',
  why: 'ENV, and every ARG that a RUN used, can be read with podman inspect and podman history by whoever has the image.',
  evidence: [
    'https://docs.podman.io/en/latest/markdown/podman-build.1.html#secret-id-id-src-envorfile-env-env-type-file-env',
    'https://docs.docker.com/reference/build-checks/secrets-used-in-arg-or-env/',
  ],
  fix: 'Mount it where the build needs it (RUN --mount=type=secret) and hand it to the running container with Secret=.',
  applies: 'containerfile',
  *check({ instructions }) {
    for (const instruction of instructions) {
      if (!/^(ARG|ENV)$/.test(instruction.keyword)) continue;
      for (const { name, value, nameAt } of assignmentsOf(instruction)) {
        // A path, a switch or a number only tells of the secret.
        if (!isSecretName(name) || /^(\/.*|true|false|\d{1,3}|)$/.test(value ?? '')) continue;
        yield { at: nameAt, message: `${instruction.keyword} ${name} has a value that stays in the image` };
      }
    }
  },
});
