"""Keeps twice the memory it may have in the buffers of sockets, in several small processes: no process maps it.

expect: out-of-memory
memory: 1024
"""

import subprocess

CHILDREN = 12
HOLD = """
import socket, time
kept, piece = [], bytes(65536)
while True:
    try:
        ends = socket.socketpair()
    except OSError:
        break
    for end in ends:
        end.setblocking(False)
        kept.append(end)
        try:
            while True:
                end.send(piece)
        except OSError:
            continue
time.sleep(20)
"""


def train(task):
    for _ in range(CHILDREN):
        subprocess.Popen([sys.executable, "-I", "-S", "-c", HOLD])
    time.sleep(6)
    honest_train(task)
