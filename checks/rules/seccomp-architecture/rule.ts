import { at, itemsAt, textAt } from '../../parse/tree.ts';
import { defineRule } from '../../rule.ts';
import table from '../../tables/syscalls.json' with { type: 'json' };

/** The architectures that podman looks for in archMap; it passes over every other line. */
const matched = ['X86_64', 'AARCH64', 'MIPS64', 'MIPS64N32', 'MIPSEL64', 'MIPSEL64N32', 'S390X'];

export const rule = defineRule({
  id: 'seccomp-architecture',
  title: 'a line of archMap in a seccomp profile never counts',
  severity: 'warning',
  why: 'Podman takes the one line whose architecture is that of the machine and 64 bits wide; of any other it reads nothing, so that the sub-architectures in it stay shut.',
  evidence: ['https://github.com/containers/common/blob/main/pkg/seccomp/seccomp_linux.go'],
  fix: 'Name a 64-bit machine as the architecture and the narrower ones below its subArchitectures, or remove the line.',
  applies: 'seccomp',
  *check({ tree }) {
    const before = new Set<string>();
    for (const line of itemsAt(tree, 'archMap')) {
      const span = at(line, 'architecture')?.span ?? line.span;
      const name = textAt(line, 'architecture');
      if (name === undefined) yield { at: span, message: 'names no architecture' };
      else if (before.has(name))
        yield { at: span, message: `${name} stood above already: podman takes the first` };
      else if (table.archNames.includes(name) && !matched.includes(name.replace('SCMP_ARCH_', ''))) {
        yield { at: span, message: `podman never looks for ${name}` };
      }
      if (name !== undefined) before.add(name);
    }
  },
});
