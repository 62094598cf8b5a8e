"""Keeps twice the memory it may have in the buffers of sockets and pipes of several processes: nobody maps it.

expect: out-of-memory
memory: 1024
"""

import socket

CHILDREN, PIECE = 10, bytes(65536)


def fill(write):
    try:
        while True:
            write(PIECE)
    except OSError:
        return


def hold():
    """As much as one process can, until it is killed."""
    kept = []
    try:
        while True:
            for end in socket.socketpair():
                end.setblocking(False)
                kept.append(end)
                fill(end.send)
    except OSError:
        time.sleep(20)


def train(task):
    for _ in range(CHILDREN):
        if os.fork() == 0:
            hold()
            os._exit(0)
    time.sleep(6)
    honest_train(task)
