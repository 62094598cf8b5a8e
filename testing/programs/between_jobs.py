"""A train.py for runner/between-jobs.test.ts: leaves a mark wherever it can, or looks for the marks of the job before.

The first line of the file under test says which: MODE = "leave" or "look", and MARK, a word that nothing else contains.
"""

import ctypes
import os
import signal
import socket
import tempfile
import time

import torch

libc = ctypes.CDLL(None, use_errno=True)
KEY = 0x44455343  # of System V shared memory, semaphores and queues
IPC_CREAT = 0o1000


def places():
    """Every folder that can be written, and those that are named for such things."""
    named = ["/tmp", "/var/tmp", "/dev/shm", "/dev/mqueue", "/run", tempfile.gettempdir(), os.environ["HOME"], os.getcwd()]
    caches = [value for name, value in os.environ.items() if "CACHE" in name]
    writable = [folder for folder, _, _ in os.walk("/") if not folder.startswith("/proc") and os.access(folder, os.W_OK)]
    return list(dict.fromkeys(named + caches + writable))


def leave():
    for folder in places():
        try:
            os.makedirs(folder, exist_ok=True)
            with open(f"{folder}/{MARK}", "w") as file:
                file.write(MARK)
        except OSError:
            continue
    libc.shmget(KEY, 4096, IPC_CREAT | 0o666)
    libc.semget(KEY, 1, IPC_CREAT | 0o666)
    libc.msgget(KEY, IPC_CREAT | 0o666)
    if os.fork() == 0:
        os.setsid()
        for number in (signal.SIGHUP, signal.SIGTERM, signal.SIGINT):
            signal.signal(number, signal.SIG_IGN)
        libc.prctl(15, MARK.encode()[:15], 0, 0, 0)  # its name
        keep = socket.socket(socket.AF_UNIX)
        keep.bind("\0" + MARK)
        keep.listen()
        time.sleep(3600)
    time.sleep(0.5)


def look():
    """Where marks are found."""
    found = [f"{folder}/{name}" for folder, _, names in os.walk("/") if not folder.startswith("/proc") for name in names if MARK in name]
    for process in filter(str.isdigit, os.listdir("/proc")):
        try:
            if open(f"/proc/{process}/comm").read().strip() == MARK[:15]:
                found.append(f"process {process}")
        except OSError:
            continue
    if libc.shmget(KEY, 0, 0) != -1:
        found.append("shared memory")
    if libc.semget(KEY, 0, 0) != -1:
        found.append("semaphore")
    if libc.msgget(KEY, 0) != -1:
        found.append("queue")
    with socket.socket(socket.AF_UNIX) as door:
        if door.connect_ex("\0" + MARK) == 0:
            found.append("socket")
    return found


def train(task):
    if MODE == "leave":
        leave()
    found = look()
    task.log(step=1, loss=0, found=len(found))
    torch.save(torch.zeros(task.vocab_size), task.weights)


def load(weights, task):
    found = look()  # of the job before, of the training, of the other pass
    if found:
        raise SystemExit(f"marks are here: {found}")
    if MODE == "leave":
        leave()
    return lambda tokens: torch.zeros(*tokens.shape, task.vocab_size)
