import { nearest } from '../../../lib/nearest.ts';
import type { Report } from '../../finding.ts';
import { partsOf, type Word } from '../../image/instructions.ts';
import type { Instruction } from '../../project/containerfile.ts';
import { defineRule } from '../../rule.ts';
import { spanOf } from '../../source.ts';

export const rule = defineRule({
  id: 'containerfile-unknown-stage',
  title: 'files are taken from a stage that is not there',
  severity: 'error',
  why: 'Podman then looks for an image of that name, and the build stops, or goes on with what it found.',
  evidence: [
    'https://github.com/containers/buildah/blob/main/imagebuildah/stage_executor.go',
    'https://github.com/containers/common/blob/main/docs/Containerfile.5.md',
  ],
  fix: 'Name a stage that stands above, written exactly as after its AS.',
  applies: 'containerfile',
  *check({ stages }) {
    const all = new Set(stages.flatMap(({ name }) => name ?? []));
    const above: string[] = [];
    const seen = new Set<string>();
    for (const [index, { name, instructions }] of stages.entries()) {
      for (const { text, at } of instructions.flatMap(sources)) {
        // A name with these marks can only be that of an image; a variable may be anything.
        if (seen.has(text) || /[/.:$]/.test(text)) continue;
        if (/^\d+$/.test(text)) {
          if (Number(text) < index) continue;
          yield { at, message: `${text} is no stage above this one, which is number ${index}` };
        } else if (all.has(text)) yield { at, message: `stage '${text}' does not stand above` };
        else yield* misspelt({ text, at }, above);
      }
      if (name === undefined) continue;
      // Of hundreds of stages the first are enough to find a slip of the pen.
      if (above.length < 20) above.push(name);
      seen.add(name);
    }
  },
});

/** What `COPY --from=` and `RUN --mount=from=` name. */
function sources(instruction: Instruction): Word[] {
  if (!/^(COPY|RUN)$/.test(instruction.keyword)) return [];
  return partsOf(instruction).flags.flatMap(({ name, value, at }) => {
    const from =
      name === 'from' ? value : name === 'mount' ? /(?:^|,)from=([^,]*)/.exec(value)?.[1] : undefined;
    if (!from) return [];
    const start = at.source.text.indexOf(`from=${from}`, at.start) + 'from='.length;
    return [{ text: from, at: spanOf(at.source, { start, end: start + from.length }) }];
  });
}

/** Any other name may be that of an image, unless it is nearly that of a stage. */
function* misspelt({ text, at }: Word, above: readonly string[]): Generator<Report> {
  if (usualImages.has(text) || text.length > 60) return;
  const lower = above.map((name) => name.toLowerCase());
  const near = nearest(text.toLowerCase(), lower);
  const meant = near === undefined ? undefined : above[lower.indexOf(near)];
  if (meant === undefined) return;
  yield { at, message: `there is no stage '${text}'; did you mean '${meant}'?`, edit: { at, text: meant } };
}

/** Short names of images that podman knows the registry of (shortnames.conf). */
const usualImages = new Set(
  'alpine busybox caddy centos composer debian docker fedora gcc golang gradle httpd mariadb maven mysql nginx node openjdk perl php postgres python redis registry ruby rust swift traefik ubuntu'.split(
    ' ',
  ),
);
