"""Ignores every signal, clears the parent's death signal, leaves children, and goes on.

expect: timeout
"""

import ctypes
import signal


def train(task):
    for number in range(1, 32):
        if number not in (signal.SIGKILL, signal.SIGSTOP, signal.SIGCHLD):
            signal.signal(number, signal.SIG_IGN)
    ctypes.CDLL(None).prctl(1, 0)
    for _ in range(3):
        if os.fork() == 0:
            os.setsid()
    while True:
        time.sleep(1)
