import { posix } from 'node:path';
import { nearest } from '../../../lib/nearest.ts';
import { servicesOf } from '../../project/services.ts';
import { defineRule } from '../../rule.ts';
import { type Span, textOf } from '../../source.ts';

export const rule = defineRule({
  id: 'seccomp-profile-missing',
  title: 'a seccomp profile is named that is not among the profiles',
  severity: 'error',
  why: 'Podman cannot open the file and does not start the container; the service is down until somebody reads the journal.',
  evidence: [
    'https://docs.podman.io/en/latest/markdown/podman-systemd.unit.5.html#seccompprofile',
    'https://docs.podman.io/en/latest/markdown/podman-kube-play.1.html#seccomp-profile-root-path',
  ],
  fix: 'Name a profile by the name of its file, or add the file that is meant.',
  applies: 'project',
  *check(project) {
    const profiles = new Set(project.seccomp.map(({ source }) => posix.basename(source.path)));
    if (profiles.size === 0) return;
    const candidates = [...profiles].slice(0, 30);
    for (const { seccomp } of servicesOf(project)) {
      const name = posix.basename(seccomp?.value ?? '');
      if (seccomp === undefined || !/^[^%$]+\.json$/.test(name) || profiles.has(name)) continue;
      const near = nearest(name.slice(0, 80), candidates);
      const at = partOf(seccomp.at, name);
      const message = `there is no profile '${name.slice(0, 80)}'`;
      if (near === undefined) yield { at, message };
      else yield { at, message: `${message}; did you mean '${near}'?`, edit: { at, text: near } };
    }
  },
});

/** The file's name in a path. */
function partOf(at: Span, name: string): Span {
  const start = textOf(at).lastIndexOf(name);
  return start < 0 ? at : { ...at, start: at.start + start, end: at.start + start + name.length };
}
