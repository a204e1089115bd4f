import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { root } from './paths.ts';
import { platform } from './platform.ts';
import { refused } from './seccomp-groups.ts';
import { allowedNames, type Profile } from './seccomp-profile.ts';
import { countsTable, recorded } from './seccomp-profiles.ts';

const services = platform.services.map(({ name }) => name);
const read = (file: string) => readFileSync(join(root, file), 'utf8');
const committed = (service: string) => JSON.parse(read(`security/seccomp/${service}.json`)) as Profile;

const dangerous =
  `mount umount umount2 mount_setattr move_mount open_tree open_tree_attr fsopen fsconfig fsmount fspick
  pivot_root chroot setns unshare keyctl add_key request_key bpf userfaultfd io_uring_setup io_uring_enter
  io_uring_register ptrace process_vm_readv process_vm_writev process_madvise kcmp pidfd_open pidfd_getfd
  open_by_handle_at name_to_handle_at perf_event_open kexec_load kexec_file_load init_module finit_module delete_module
  reboot swapon swapoff clock_settime clock_adjtime settimeofday adjtimex iopl ioperm acct quotactl quotactl_fd
  fanotify_init fanotify_mark mknod mknodat personality syslog sethostname setdomainname vhangup lookup_dcookie
  landlock_create_ruleset memfd_secret modify_ldt vmsplice seccomp setuid setgid`.split(/\s+/);

test('every service was recorded, and is allowed what it called', () => {
  for (const service of services) assert.ok((recorded[service]?.length ?? 0) > 60, service);
});

test('no profile allows a dangerous call', () => {
  for (const service of services) {
    const allowed = allowedNames(committed(service));
    assert.equal(
      allowed.filter((name) => dangerous.includes(name) || refused[name] !== undefined),
      [],
      service,
    );
  }
});

test('profiles are small', () => {
  for (const service of services) {
    const count = allowedNames(committed(service)).length;
    const limit = ['orchestrator', 'nlp', 'vision'].includes(service) ? 120 : 199;
    assert.ok(count <= limit && count > 80, `${service}: ${count}`);
  }
});

test('docs/security.md says how many calls each service may make', () => {
  assert.ok(read('docs/security.md').includes(countsTable(services)), countsTable(services));
});

test.run();
