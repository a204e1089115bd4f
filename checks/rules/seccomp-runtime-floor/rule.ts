import { itemsAt, keyAt, type Tree, textAt } from '../../parse/tree.ts';
import { defineRule } from '../../rule.ts';
import { letsThrough, syscallUses } from '../../seccomp/syscall-uses.ts';

/** Each needed; of names joined by | one is enough. */
const floor =
  'execve exit exit_group rt_sigreturn rt_sigaction rt_sigprocmask read write close openat fstat|newfstatat|statx mmap|mmap2 mprotect brk futex pread64'.split(
    ' ',
  );

export const rule = defineRule({
  id: 'seccomp-runtime-floor',
  title: 'a seccomp profile lacks what every program needs to start',
  severity: 'error',
  why: 'Under no-new-privileges the runtime loads the filter right before execve, which must pass it; then the dynamic loader reads and maps libraries. Found by leaving out one syscall at a time for programs of the GNU C library.',
  evidence: [
    'https://github.com/containers/crun/blob/main/src/libcrun/container.c',
    'https://man7.org/linux/man-pages/man8/ld.so.8.html',
  ],
  fix: 'Allow these too; they act on nothing but the process itself and its open files.',
  applies: 'seccomp',
  *check(profile) {
    const { tree, defaultAction } = profile;
    if (defaultAction === undefined || letsThrough(defaultAction)) return;
    const uses = syscallUses(profile).filter(({ group }) => letsThrough(group.action));
    const allowed = new Set(uses.map(({ name }) => name));
    const needed = namesX86(tree) ? [...floor, 'arch_prctl'] : floor;
    const missing = needed.filter((names) => !names.split('|').some((name) => allowed.has(name)));
    if (missing.length === 0) return;
    const at = keyAt(tree, 'syscalls')?.span ?? tree.span;
    yield { at, message: `not allowed: ${missing.join(', ').replaceAll('|', ' or ')}` };
  },
});

function namesX86(tree: Tree): boolean {
  const list = itemsAt(tree, 'architectures').map((item) => (item.type === 'scalar' ? item.value : ''));
  const map = itemsAt(tree, 'archMap').map((line) => textAt(line, 'architecture'));
  return [...list, ...map].includes('SCMP_ARCH_X86_64');
}
