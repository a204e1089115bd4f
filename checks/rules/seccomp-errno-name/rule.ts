import { at, textAt, valueAt } from '../../parse/tree.ts';
import { defineRule } from '../../rule.ts';

const names = new Set(
  'EPERM ENOENT ESRCH EIO ENXIO E2BIG ENOEXEC EBADF ECHILD EDEADLK ENOMEM EACCES EFAULT ENOTBLK EBUSY EEXIST EXDEV ENODEV ENOTDIR EISDIR EINVAL ENFILE EMFILE ENOTTY ETXTBSY EFBIG ENOSPC ESPIPE EROFS EMLINK EPIPE EDOM ERANGE EAGAIN EINPROGRESS EALREADY ENOTSOCK EDESTADDRREQ EMSGSIZE EPROTOTYPE ENOPROTOOPT EPROTONOSUPPORT ESOCKTNOSUPPORT EOPNOTSUPP EPFNOSUPPORT EAFNOSUPPORT EADDRINUSE EADDRNOTAVAIL ENETDOWN ENETUNREACH ENETRESET ECONNABORTED ECONNRESET ENOBUFS EISCONN ENOTCONN ESHUTDOWN ETOOMANYREFS ETIMEDOUT ECONNREFUSED ELOOP ENAMETOOLONG EHOSTDOWN EHOSTUNREACH ENOTEMPTY EUSERS EDQUOT ESTALE EREMOTE ENOLCK ENOSYS EILSEQ ENOMEDIUM EMEDIUMTYPE EOVERFLOW ECANCELED EIDRM ENOMSG ENOTSUP EBADMSG ENOTRECOVERABLE EOWNERDEAD'.split(
    ' ',
  ),
);

export const rule = defineRule({
  id: 'seccomp-errno-name',
  title: 'an errno of a seccomp profile is unknown or stands where there can be none',
  severity: 'error',
  why: 'Podman refuses names that it does not know, and crun refuses an errno for an action that returns none: the container does not start.',
  evidence: [
    'https://github.com/containers/common/blob/main/pkg/seccomp/errno_list.go',
    'https://github.com/containers/crun/blob/main/src/libcrun/seccomp.c',
  ],
  fix: 'Write a name such as "ENOSYS" or a number, and only with SCMP_ACT_ERRNO or SCMP_ACT_TRACE.',
  applies: 'seccomp',
  *check({ tree, defaultAction, groups }) {
    const places = groups.map((group) => ({ owner: group.tree, key: 'errno', action: group.action }));
    for (const { owner, key, action } of [
      { owner: tree, key: 'defaultErrno', action: defaultAction },
      ...places,
    ]) {
      const name = textAt(owner, key) ?? '';
      const given = name === '' ? at(owner, `${key}Ret`) : at(owner, key);
      if (given === undefined || (name === '' && valueAt(owner, `${key}Ret`) === null)) continue;
      if (name !== '' && !/^\d+$/.test(name) && !names.has(name))
        yield { at: given.span, message: `podman knows no errno '${name.slice(0, 40)}'` };
      else if (action !== undefined && !/^SCMP_ACT_(ERRNO|TRACE)$/.test(action))
        yield { at: given.span, message: `${action} takes no errno` };
    }
  },
});
