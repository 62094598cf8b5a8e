"""Starts a program with nothing of the caller's but descriptors 0 to 4: `launch.py FILTER PROGRAM ARGUMENTS...`

Node closes its own descriptors in a child, not those it inherited itself; here all of them go. FILTER is a file with a
seccomp program, opened as descriptor 5 for bubblewrap, or an empty word.
"""

import os
import sys

KEPT, FILTER = 4, 5

for name in os.listdir("/proc/self/fd"):
    if int(name) > KEPT:
        try:
            os.close(int(name))
        except OSError:
            continue  # the descriptor of this very listing
if sys.argv[1]:
    os.dup2(os.open(sys.argv[1], os.O_RDONLY), FILTER)
    os.set_inheritable(FILTER, True)
os.execv(sys.argv[2], sys.argv[2:])
