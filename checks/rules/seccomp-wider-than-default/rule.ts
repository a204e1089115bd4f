import { defineRule } from '../../rule.ts';
import { hasReason, isOpen, syscallUses } from '../../seccomp/syscall-uses.ts';
import table from '../../tables/syscalls.json' with { type: 'json' };
import { rule as dangerous } from '../seccomp-dangerous-syscall/rule.ts';

/** Allowed by podman's default on some architectures only. */
const onSome =
  'arch_prctl arm_fadvise64_64 arm_sync_file_range breakpoint cacheflush riscv_flush_icache s390_pci_mmio_read s390_pci_mmio_write s390_runtime_instr set_tls swapcontext sync_file_range2';

const usual = new Set([...table.podmanDefault, ...onSome.split(' ')]);
const known = new Set([...table.x86_64, ...table.aarch64, ...table.legacy]);

export const rule = defineRule({
  id: 'seccomp-wider-than-default',
  title: "a seccomp profile allows what podman's default denies, without saying why",
  severity: 'warning',
  why: 'A profile of your own is to be narrower than the default; what the default holds back was held back for a reason.',
  evidence: ['https://github.com/containers/common/blob/main/pkg/seccomp/default_linux.go'],
  fix: 'Remove it, limit it by includes.caps or args, or give the reason in the "comment" of a group of its own.',
  applies: 'seccomp',
  *check(profile, context) {
    const reported = new Set([...dangerous.check(profile, context)].map(({ at }) => at.start));
    for (const use of syscallUses(profile)) {
      const { name, tree } = use;
      if (usual.has(name) || !known.has(name) || !isOpen(use) || hasReason(use)) continue;
      if (reported.has(tree.span.start)) continue;
      const message =
        name === 'socket'
          ? 'socket is allowed for every family: the default denies AF_VSOCK (40), which no namespace holds in'
          : `the default denies ${name}`;
      yield { at: tree.span, message };
    }
  },
});
