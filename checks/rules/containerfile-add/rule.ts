import { partsOf, type Word } from '../../image/instructions.ts';
import { defineRule } from '../../rule.ts';

const archive = /\.(tar|tar\.\w+|tgz|tbz2?|txz|tzst)$/i;

export const rule = defineRule({
  id: 'containerfile-add',
  title: 'ADD does more than is wanted, or fetches what nobody checks',
  severity: 'warning',
  why: 'ADD unpacks archives and downloads addresses; what a server hands out tomorrow is built in unseen.',
  evidence: [
    'https://github.com/containers/common/blob/main/docs/Containerfile.5.md',
    'https://docs.docker.com/reference/dockerfile/#add---checksum',
  ],
  fix: 'Use COPY for files and folders; give the ADD of an address its --checksum=sha256:….',
  applies: 'containerfile',
  *check({ instructions }) {
    for (const instruction of instructions) {
      if (instruction.keyword !== 'ADD') continue;
      const { flags, words } = partsOf(instruction);
      const sources = words.slice(0, -1).map(({ text, at }) => ({ text: text.replace(/^\[|,$/g, ''), at }));
      if (sources.some(isUnclear)) continue;
      const remote = sources.find(({ text }) => /^(https?|ftp):/i.test(text));
      if (remote === undefined) {
        const at = instruction.keywordSpan;
        if (sources.length > 0 && !sources.some(({ text }) => archive.test(text)))
          yield { at, message: 'ADD where COPY does the same', edit: { at, text: 'COPY' } };
      } else if (!flags.some(({ name }) => name === 'checksum')) {
        yield { at: remote.at, message: `no --checksum for '${remote.text.slice(0, 80)}'` };
      }
    }
  },
});

/** Of a variable, a pattern, a git address or a here-document nobody can say here what it brings. */
function isUnclear({ text }: Word): boolean {
  return /[$*?]|<<|^git@|\.git(#.*)?$|^(ssh|git):/.test(text);
}
