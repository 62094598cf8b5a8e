import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { findPython } from '../python.ts';
import { seccompProfile } from './seccomp-profile.ts';

const repository = join(import.meta.dirname, '..', '..', '..');
const listed = readFileSync(join(import.meta.dirname, '..', 'system-calls.json'), 'utf8');

// No engine is installed here. The library that engines use builds the profile's filter, and a process of this kernel takes it.
const ENFORCED = `
import ctypes, errno, json, platform, socket, sys, threading
import pyseccomp as seccomp
OPERATORS = {"SCMP_CMP_EQ": seccomp.EQ, "SCMP_CMP_GE": seccomp.GE, "SCMP_CMP_MASKED_EQ": seccomp.MASKED_EQ}
profile = json.load(sys.stdin)
assert profile["defaultAction"] == "SCMP_ACT_ALLOW"
rules = seccomp.SyscallFilter(seccomp.ALLOW)
for rule in profile["syscalls"]:
    assert rule["action"] == "SCMP_ACT_ERRNO"
    for name in rule["names"]:
        args = [
            seccomp.Arg(arg["index"], OPERATORS[arg["op"]], arg["value"], *([arg["valueTwo"]] if "valueTwo" in arg else []))
            for arg in rule["args"]
        ]
        try:
            rules.add_rule(seccomp.ERRNO(rule["errnoRet"]), name, *args)
        except (ValueError, OSError, RuntimeError):
            print("unknown", name, file=sys.stderr)
import torch
rules.load()
libc = ctypes.CDLL(None, use_errno=True)
CLONE = {"x86_64": 56, "aarch64": 220}[platform.machine()]
def outcome(result):
    return errno.errorcode[ctypes.get_errno()] if result == -1 else result
def family(number):
    try:
        socket.socket(number, socket.SOCK_STREAM).close()
        return 0
    except OSError as error:
        return errno.errorcode[error.errno]
thread = threading.Thread(target=lambda: None)
thread.start()
thread.join()
page = ctypes.c_void_p()
libc.posix_memalign(ctypes.byref(page), 4096, 4096)
print(json.dumps({
    "memfd_create": outcome(libc.memfd_create(b"x", 0)),
    "unshare": outcome(libc.unshare(0x10000000)),
    "clone of a namespace": outcome(libc.syscall(CLONE, 0x10000000 | 17, 0, 0, 0, 0)),
    "madvise pageout": outcome(libc.madvise(page, 4096, 21)),
    "madvise dontneed": outcome(libc.madvise(page, 4096, 4)),
    "flock": outcome(libc.flock(0, 2)),
    "families": [family(number) for number in (1, 2, 10, 16, 40)],
    "thread": thread.is_alive(),
    "torch": (torch.ones(3) @ torch.ones(3)).item(),
}))
`;

test('the profile holds on this kernel, and PyTorch works under it', () => {
  const { interpreter } = findPython(repository, process.env);
  const said = execFileSync(interpreter, ['-I', '-c', ENFORCED], {
    input: seccompProfile(listed),
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  expect(JSON.parse(said.toString())).toEqual({
    memfd_create: 'ENOSYS',
    unshare: 'EPERM',
    'clone of a namespace': 'EPERM',
    'madvise pageout': 'EPERM',
    'madvise dontneed': 0,
    flock: 0,
    families: [0, 0, 0, 'EAFNOSUPPORT', 'EAFNOSUPPORT'],
    thread: false,
    torch: 3,
  });
});

test('an unknown condition is refused, not left out', () => {
  const strange = listed.replace('"is": "equal"', '"is": "below"');
  expect(() => seccompProfile(strange)).toThrow(/equal/);
});
