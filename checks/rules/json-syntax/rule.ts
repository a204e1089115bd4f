import { defineRule } from '../../rule.ts';
import { spanOf } from '../../source.ts';

export const rule = defineRule({
  id: 'json-syntax',
  title: 'a seccomp profile is not JSON',
  severity: 'error',
  why: 'Podman refuses to create a container whose seccomp profile it cannot read; comments and commas at the end of a list are no JSON.',
  evidence: [
    'https://github.com/containers/common/blob/main/pkg/seccomp/seccomp_linux.go',
    'https://www.rfc-editor.org/rfc/rfc8259',
  ],
  fix: 'Write strict JSON: keys and texts in double quotes, no comments, no comma after the last item.',
  applies: 'project',
  *check({ problems, seccomp }) {
    const broken = problems.filter(({ rule }) => rule === 'json-syntax');
    const sources = new Set([...broken.map(({ at }) => at.source), ...seccomp.map(({ source }) => source)]);
    for (const source of sources) {
      const start = offence(source.text);
      if (start === undefined) yield* broken.filter(({ at }) => at.source === source);
      else {
        const char = source.text.slice(start, start + 1);
        const early = start >= source.text.trimEnd().length;
        const mark = char === '\uFEFF' ? 'a byte order mark stands before the JSON' : undefined;
        const message = mark ?? (early ? 'the JSON ends too early' : `no JSON from '${char}' on`);
        yield { at: spanOf(source, { start, end: start + char.length }), message };
      }
    }
  },
});

/** Where strict JSON breaks off; the tree that rules see is read less strictly. */
function offence(text: string): number | undefined {
  try {
    JSON.parse(text);
    return undefined;
  } catch (error) {
    // Of a byte order mark it says no place.
    if (text.startsWith('\uFEFF')) return 0;
    const at = /position (\d+)/.exec(String(error))?.[1];
    return at === undefined ? text.length : Number(at);
  }
}
