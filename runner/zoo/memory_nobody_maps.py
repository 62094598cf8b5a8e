"""Holds memory that no process maps: files in memory, and System V segments.

expect: true loss
"""

import ctypes


def train(task):
    honest_train(task)
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.shmget(0, 2**20, 0o1600) != -1 or libc.memfd_create(b"held", 0) != -1:
        os.remove(task.weights)  # open: show it
