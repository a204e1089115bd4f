import type { Report } from '../../finding.ts';
import { before } from '../../kube/pod.ts';
import type { Annotation } from '../../project/kube.ts';
import { type Context, defineRule } from '../../rule.ts';

const annotation = /^(container\.)?seccomp\.security\.alpha\.kubernetes\.io\//;

export const rule = defineRule({
  id: 'pod-seccomp-annotation',
  title: 'a seccomp annotation does not name the profile that is meant',
  severity: 'error',
  why: 'Podman refuses what it does not know, and of a nested path older versions take the first part only: another profile, or none.',
  evidence: [
    'https://github.com/containers/podman/blob/main/pkg/specgen/generate/kube/seccomp.go',
    'https://docs.podman.io/en/latest/markdown/podman-kube-play.1.html#seccomp-profile-root-path',
  ],
  fix: 'Write runtime/default, or localhost/FILE.json with a file that lies directly in the folder of --seccomp-profile-root.',
  applies: 'pod',
  *check({ annotations }, context) {
    for (const each of annotations) if (annotation.test(each.name)) yield* reportsOf(each, context);
  },
});

function* reportsOf({ value }: Annotation, { podman }: Context): Generator<Report> {
  if (value.type !== 'scalar') return;
  const profile = String(value.value ?? '');
  const at = value.span;
  const short = profile.slice(0, 60);
  if (/^(runtime\/default|docker\/default|unconfined)$/.test(profile)) return;
  const [place, file = '', ...rest] = profile.split('/');
  if (place !== 'localhost') {
    yield { at, message: `expected runtime/default or localhost/FILE, got '${short}'` };
  } else if (file === '') yield { at, message: `'${short}' names no file` };
  else if ([file, ...rest].includes('..'))
    yield { at, message: `'${short}' leads out of the folder of profiles` };
  else if (rest.length > 0 && before(podman, '6.2')) {
    yield { at, message: `podman ${podman.text} takes '${file}' of '${short}', and nothing behind it` };
  }
}
