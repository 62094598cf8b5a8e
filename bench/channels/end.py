"""One end of every channel, inside a sandbox: writes a message for the next sandbox, or reads what the one before wrote.

The order comes on standard input, the bits that were read go to descriptor 3; null where the machine does not let it look.
It also tries ways that the sandbox closed. When refused, it writes or reads nothing.
"""

import ctypes
import fcntl
import json
import mmap
import os
import resource
import struct
import sys
import threading
import time

began = time.time()
ORDER = json.loads(sys.stdin.readline())
PAGE, APART = 4096, 16
SITE = next(path for path in sys.path if path.endswith("site-packages"))
F_GET_RW_HINT, F_SET_RW_HINT = 1035, 1036


def attempt(act, *arguments):
    try:
        return act(*arguments)
    except OSError:
        return None


def quickest(seconds):
    """One for what took less than the median."""
    middle = sorted(seconds)[len(seconds) // 2]
    return [int(one < middle) for one in seconds]


def timed(act, *arguments):
    start = time.perf_counter_ns()
    act(*arguments)
    return time.perf_counter_ns() - start


# Page cache: a page that is there is a one.


def pages():
    file = os.open(ORDER["file"], os.O_RDONLY)
    held = mmap.mmap(file, 0, prot=mmap.PROT_READ)
    held.madvise(mmap.MADV_RANDOM)
    return file, held


def write_pages(bits):
    file, held = pages()
    for index, bit in enumerate(bits):
        at = index * APART * PAGE
        if bit:
            held[at]
        else:
            attempt(os.posix_fadvise, file, at, APART * PAGE, os.POSIX_FADV_DONTNEED)


def read_asked(count):
    file, _ = pages()
    return [
        int(bool(attempt(os.preadv, file, [bytearray(1)], index * APART * PAGE, os.RWF_NOWAIT)))
        for index in range(count)
    ]


def read_faults(count):
    _, held = pages()
    seen = []
    for index in range(count):
        before = resource.getrusage(resource.RUSAGE_SELF).ru_majflt
        held[index * APART * PAGE]
        seen.append(int(resource.getrusage(resource.RUSAGE_SELF).ru_majflt == before))
    return seen


def read_page_times(count):
    _, held = pages()
    return quickest([timed(held.__getitem__, index * APART * PAGE) for index in range(count)])


# Files that both see: what the kernel keeps of each.


def shared(count):
    found = []
    for folder, _, names in sorted(os.walk(SITE)):
        found += filter(os.path.isfile, (os.path.join(folder, name) for name in sorted(names)))
        if len(found) >= count:
            return found[:count]
    raise SystemExit(f"{SITE} has fewer than {count} files")


def hint(path, call, value):
    file = os.open(path, os.O_RDONLY)
    try:
        return struct.unpack("Q", fcntl.fcntl(file, call, struct.pack("Q", value)))[0]
    finally:
        os.close(file)


def write_hints(bits):
    for path, bit in zip(shared(len(bits)), bits):
        attempt(hint, path, F_SET_RW_HINT, 2 + bit)


def read_hints(count):
    return [int(attempt(hint, path, F_GET_RW_HINT, 0) == 3) for path in shared(count)]


def write_atime(bits):
    for path, bit in zip(shared(len(bits)), bits):
        if bit:
            with open(path, "rb") as file:
                file.read(1)


def read_atime(count):
    return [int(os.stat(path).st_atime >= ORDER["writerBegan"]) for path in shared(count)]


def name(index):
    return os.path.join(SITE, "torch", f"{ORDER['nonce']}-{index}")


def write_names(bits):
    for index, bit in enumerate(bits):
        if bit:
            os.path.exists(name(index))


def read_names(count):
    paths = [name(index) for index in range(count)]
    return quickest([timed(os.path.exists, path) for path in paths])


# Counters: a message is the remainder of a number that the writer drives up. Never more than it takes to go round once.


def drive(value, act, unit, values, message):
    for _ in range(2 * values * unit):
        if value() // unit % values == message:
            return
        act()


def number(bits):
    return sum(bit << index for index, bit in enumerate(bits))


def digits(value, unit, count):
    return None if value is None else [value // unit >> index & 1 for index in range(count)]


def fill():
    with open(f"fill-{time.perf_counter_ns()}", "wb") as file:
        os.posix_fallocate(file.fileno(), 0, BLOCKS * PAGE)


def blocks():
    return 2**40 - os.statvfs(".").f_bfree


def inode():
    path = f"inode-{time.perf_counter_ns()}"
    with open(path, "wb") as file:
        return os.fstat(file.fileno()).st_ino


def pipe():
    ends = os.pipe()
    found = os.fstat(ends[0]).st_ino
    for end in ends:
        os.close(end)
    return found


def fresh_pipe():
    """The kernel hands numbers to each processor in batches of 1,024: the next batch is the machine's."""
    for _ in range(1024):
        found = pipe()
    return found


def forks():
    with open("/proc/stat") as file:
        return next(int(line.split()[1]) for line in file if line.startswith("processes"))


def thread():
    one = threading.Thread(target=int)
    one.start()
    one.join()


BLOCKS, INODES, PIPES, FORKS, TICK = 256, 4, 2 * 1024, 64, 0.05


def write_length(bits):
    time.sleep(max(0, ORDER["writerBegan"] + 3 + number(bits) * TICK - time.time()))


def read_length(count):
    return digits(round((began - ORDER["writerBegan"] - 3 - ORDER["startSeconds"]) / TICK), 1, count)


def counter(value, act, unit):
    return (
        lambda bits: attempt(drive, value, act, unit, 2 ** len(bits), number(bits)),
        lambda count: digits(attempt(value), unit, count),
    )


MEANS = {
    "pages-asked": (write_pages, read_asked),
    "pages-faults": (write_pages, read_faults),
    "pages-time": (write_pages, read_page_times),
    "hints": (write_hints, read_hints),
    "atime": (write_atime, read_atime),
    "names-time": (write_names, read_names),
    "scratch-blocks": counter(blocks, fill, BLOCKS),
    "scratch-inodes": counter(inode, int, INODES),
    "pipes": counter(fresh_pipe, int, PIPES),
    "proc-stat": counter(forks, thread, FORKS),
    "length": (write_length, read_length),
}

write, read = MEANS[ORDER["means"]]
answer = write(ORDER["bits"]) if "bits" in ORDER else read(ORDER["count"])
with os.fdopen(3, "w") as out:
    json.dump({"began": began, "bits": answer}, out)
