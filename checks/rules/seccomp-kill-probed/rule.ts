import { at } from '../../parse/tree.ts';
import { defineRule } from '../../rule.ts';
import { syscallUses } from '../../seccomp/syscall-uses.ts';

/** What C libraries, Node.js and PostgreSQL try first and do without where the kernel is older. */
const probed =
  /^(io_uring_(setup|enter|register)|clone3|rseq|statx|openat2|faccessat2|fchmodat2|close_range|epoll_pwait2|copy_file_range|membarrier|memfd_create|memfd_secret|getrandom|pkey_alloc|get_mempolicy|sched_getaffinity|preadv2|pwritev2|map_shadow_stack|mseal|futex_waitv|futex_wait|futex_wake|cachestat)$/;

const kills = /^SCMP_ACT_(KILL(_PROCESS|_THREAD)?|TRAP)$/;

export const rule = defineRule({
  id: 'seccomp-kill-probed',
  title: 'a seccomp profile kills for syscalls that programs only probe for',
  severity: 'warning',
  why: 'The library libuv and the C libraries try newer syscalls such as io_uring_setup and go on without them where they get an errno. Killed, the service dies at such a probe, often only after an update; SCMP_ACT_KILL ends one thread and lets the rest hang.',
  evidence: [
    'https://man7.org/linux/man-pages/man2/seccomp.2.html',
    'https://github.com/libuv/libuv/blob/v1.x/src/unix/linux.c',
  ],
  fix: 'Deny with SCMP_ACT_ERRNO and errno 38 (ENOSYS).',
  applies: 'seccomp',
  *check(profile) {
    const { tree, defaultAction = '' } = profile;
    if (kills.test(defaultAction)) {
      yield {
        at: at(tree, 'defaultAction')?.span ?? tree.span,
        message: `${defaultAction} for every syscall that is not listed`,
      };
    }
    for (const {
      name,
      tree: { span },
      group,
    } of syscallUses(profile)) {
      if (kills.test(group.action ?? '') && probed.test(name))
        yield { at: span, message: `${name} ends in ${group.action}` };
    }
  },
});
