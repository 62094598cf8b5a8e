"""Writes the seccomp filter of the sandbox, as bubblewrap takes it, to standard output.

A list of what is refused: calls that widen the kernel's surface, reach other processes or outlive the referee, and that
training never needs. Everything else is allowed, so that PyTorch and Triton work as outside. Built by libseccomp.
"""

import errno
import sys

import pyseccomp as seccomp

REFUSED = """
    acct add_key bpf clock_adjtime clock_settime delete_module fanotify_init finit_module fsconfig fsmount fsopen fspick
    init_module io_uring_enter io_uring_register io_uring_setup kcmp kexec_file_load kexec_load keyctl lookup_dcookie
    mount mount_setattr move_mount name_to_handle_at nfsservctl open_by_handle_at open_tree perf_event_open pidfd_getfd
    pivot_root process_vm_readv process_vm_writev ptrace quotactl quotactl_fd reboot request_key setdomainname
    sethostname setns settimeofday swapoff swapon syslog umount2 unshare userfaultfd vhangup
"""
# What sits in the page cache would carry notes from the first serving sandbox to the second.
PAGE_CACHE = "fadvise64 mincore cachestat"

AF_UNIX, AF_INET, AF_INET6 = 1, 2, 10
PR_SET_PDEATHSIG = 1  # clearing it would let the sandbox outlive a killed referee

rules = seccomp.SyscallFilter(seccomp.ALLOW)
for name in (REFUSED + PAGE_CACHE).split():
    try:
        rules.add_rule(seccomp.ERRNO(errno.EPERM), name)
    except (ValueError, OSError, RuntimeError):
        print(f"seccomp: this libseccomp does not know {name}", file=sys.stderr)
rules.add_rule(seccomp.ERRNO(errno.EPERM), "prctl", seccomp.Arg(0, seccomp.EQ, PR_SET_PDEATHSIG))
# Sockets of other families (vsock, packet, netlink, the kernel's crypto) are not all cut off by a network namespace.
for family in range(64):
    if family not in (AF_UNIX, AF_INET, AF_INET6):
        rules.add_rule(seccomp.ERRNO(errno.EAFNOSUPPORT), "socket", seccomp.Arg(0, seccomp.EQ, family))
rules.add_rule(seccomp.ERRNO(errno.EAFNOSUPPORT), "socket", seccomp.Arg(0, seccomp.GE, 64))
rules.export_bpf(sys.stdout.buffer)
