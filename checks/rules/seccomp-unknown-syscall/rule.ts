import { defineRule } from '../../rule.ts';
import { syscallUses } from '../../seccomp/syscall-uses.ts';
import { didYouMean, suggester } from '../../suggest.ts';
import table from '../../tables/syscalls.json' with { type: 'json' };

/** Names of other architectures that libseccomp resolves and the tables leave out. */
const elsewhere =
  'break ftime get_tls gtty idle lock mpx multiplexer prof profil readdir rtas spu_create spu_run stty subpage_prot switch_endian sys_debug_setcontext sysmips timerfd ulimit usr26 usr32';

const names = [...table.x86_64, ...table.aarch64, ...table.legacy, ...table.podmanDefault];
const known = new Set([...names, ...elsewhere.split(' ')]);

export const rule = defineRule({
  id: 'seccomp-unknown-syscall',
  title: 'a seccomp profile names a syscall that does not exist',
  severity: 'error',
  why: 'The library libseccomp does not know it and the runtime skips it with no more than a warning in its log: what was to be allowed stays denied, and what was to be denied may be allowed.',
  evidence: [
    'https://github.com/containers/crun/blob/main/src/libcrun/seccomp.c',
    'https://man7.org/linux/man-pages/man2/syscalls.2.html',
  ],
  fix: "Write the kernel's name of the syscall, which is not always that of the C function.",
  applies: 'seccomp',
  *check(profile) {
    const near = suggester(names);
    for (const { name, tree } of syscallUses(profile)) {
      if (known.has(name) || /^(s390|riscv|arm)_/.test(name)) continue;
      yield { at: tree.span, message: `'${name.slice(0, 40)}' is no syscall${didYouMean(near(name))}` };
    }
  },
});
