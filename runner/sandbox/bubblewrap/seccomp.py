"""Writes the seccomp filter of the sandbox, as bubblewrap takes it, to standard output.

system-calls.json lists what is refused and why; error 0 pretends that the call was made. Everything else is allowed, so that
PyTorch and Triton work as outside. Built by libseccomp.
"""

import errno
import json
import os
import sys

import pyseccomp as seccomp

with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "system-calls.json")) as file:
    LISTED = json.load(file)


def condition(of):
    if of["is"] == "masked":
        return seccomp.Arg(of["argument"], seccomp.MASKED_EQ, of["mask"], of["value"])
    return seccomp.Arg(of["argument"], {"equal": seccomp.EQ, "at least": seccomp.GE}[of["is"]], of["value"])


rules = seccomp.SyscallFilter(seccomp.ALLOW)
for rule in LISTED["rules"]:
    for name in rule["calls"]:
        try:
            rules.add_rule(seccomp.ERRNO(rule["error"]), name, *map(condition, rule.get("when", [])))
        except (ValueError, OSError, RuntimeError):
            print(f"seccomp: this libseccomp does not know {name}", file=sys.stderr)
# Sockets of other families (vsock, packet, netlink, the kernel's crypto) are not all cut off by a network namespace.
for family in range(64):
    if family not in LISTED["socketFamilies"]:
        rules.add_rule(seccomp.ERRNO(errno.EAFNOSUPPORT), "socket", seccomp.Arg(0, seccomp.EQ, family))
rules.add_rule(seccomp.ERRNO(errno.EAFNOSUPPORT), "socket", seccomp.Arg(0, seccomp.GE, 64))
rules.export_bpf(sys.stdout.buffer)
