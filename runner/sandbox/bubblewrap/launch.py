"""Starts a program with nothing of the caller's but descriptors 0 to 4: `launch.py FILTER THREADS GROUPS PROGRAM ARGUMENTS...`

Node closes its own descriptors in a child, not those it inherited itself; here all of them go. FILTER is a file with a
seccomp program, opened as descriptor 5 for bubblewrap, or an empty word. THREADS is how many processors it may use, or 0 for all.
GROUPS is how many descriptors follow the fourth, each of a control group that the program is to be in (group.ts).
"""

import fcntl
import os
import sys

KEPT, FILTER = 4, 5

for group in range(KEPT + 1, KEPT + 1 + int(sys.argv[3])):
    try:
        os.write(group, b"0")
    except OSError:
        pass  # an older kernel asks who writes, not who opened: the watchdog is left
for name in os.listdir("/proc/self/fd"):
    if int(name) > KEPT:
        try:
            os.close(int(name))
        except OSError:
            continue  # the descriptor of this very listing


def pinned():
    """Processor -> how many processes of this machine are bound to fewer than all of them, that one among them."""
    counts = dict.fromkeys(os.sched_getaffinity(0), 0)
    for name in filter(str.isdigit, os.listdir("/proc")):
        try:
            allowed = os.sched_getaffinity(int(name))
        except OSError:
            continue  # it ended
        if len(allowed) < len(counts):
            for processor in allowed & counts.keys():
                counts[processor] += 1
    return counts


threads = int(sys.argv[2])
if 0 < threads < len(os.sched_getaffinity(0)):
    # Two jobs that start at once wait for each other here, so that they choose different processors. The lock ends with exec.
    lock = os.open(sys.executable, os.O_RDONLY)
    fcntl.flock(lock, fcntl.LOCK_EX)
    counts = pinned()
    os.sched_setaffinity(0, sorted(counts, key=counts.get)[:threads])
if sys.argv[1]:
    os.dup2(os.open(sys.argv[1], os.O_RDONLY), FILTER)
    os.set_inheritable(FILTER, True)
os.execv(sys.argv[4], sys.argv[4:])
