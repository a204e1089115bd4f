import { itemsAt } from '../../parse/tree.ts';
import { defineRule } from '../../rule.ts';

const narrow = /^SCMP_ARCH_(X86|X32|ARM|MIPS|MIPSEL|MIPS64N32|MIPSEL64N32|PPC|S390|PARISC)$/;

export const rule = defineRule({
  id: 'seccomp-foreign-abi',
  title: 'a seccomp profile opens a 32-bit interface of the kernel',
  severity: 'info',
  why: 'Every syscall that is allowed can then be had through a second, less travelled entry, where conditions on sockets do not see the arguments of socketcall. Without it, 32-bit syscalls end the process.',
  evidence: [
    'https://man7.org/linux/man-pages/man3/seccomp_arch_add.3.html',
    'https://github.com/containers/common/blob/main/pkg/seccomp/seccomp_linux.go',
  ],
  fix: 'Leave the architecture out where the image has no 32-bit programs; the native one always counts.',
  applies: 'seccomp',
  *check({ tree }) {
    const lists = [tree, ...itemsAt(tree, 'archMap')].flatMap((each) => [
      ...itemsAt(each, 'architectures'),
      ...itemsAt(each, 'subArchitectures'),
    ]);
    for (const item of lists) {
      if (item.type === 'scalar' && typeof item.value === 'string' && narrow.test(item.value))
        yield { at: item.span, message: `${item.value} is 32 bits wide` };
    }
  },
});
