"""Makes the page cache the same for every sandbox, whatever an earlier one did to it.

On standard input, one per line: the paths that the next sandbox sees, an empty line, the folders in them that stay empty for it.

A page that is there or not is a bit that one sandbox can write and the next can read, by faults or by time. So the referee reads
through every file that the next sandbox sees; where they are too large for the memory that is free, it drops them all. Hints that
the kernel keeps of an inode are reset. The kernel also remembers names that were looked up and do not exist, and the time of a second
lookup shows it. It forgets them where the referee is root. No other user may ask for that.
"""

import ctypes
import fcntl
import os
import stat
import struct
import sys

F_SET_RW_HINT, CACHESTAT = 1036, 451
LIBC = ctypes.CDLL(None)
CHUNK = bytearray(4 * 2**20)


def main():
    forget_names()
    roots, hidden = (part.split("\n") for part in sys.stdin.read().split("\n\n"))
    files = {}
    for root in roots:
        for path in under(root, set(hidden)):
            found = regular(path)
            if found:
                files[(found.st_dev, found.st_ino)] = (path, found.st_size)
    keep = sum(size for _, size in files.values()) < available() / 2
    for path, _ in files.values():
        level(path, keep)


def forget_names():
    try:
        with open("/proc/sys/vm/drop_caches", "w") as file:
            file.write("2")  # names and inodes alone, no pages
    except OSError:
        pass  # an ordinary user, or a container


def under(root, hidden):
    """The root, and every name below it but in hidden folders; links to folders are not followed."""
    yield root
    for folder, folders, names in os.walk(root):
        folders[:] = [name for name in folders if os.path.join(folder, name) not in hidden]
        yield from (os.path.join(folder, name) for name in names)


def regular(path):
    """What the kernel says of a regular file. None for anything else, or where it was removed meanwhile: bubblewrap says so."""
    try:
        found = os.stat(path)
    except OSError:
        return None
    return found if stat.S_ISREG(found.st_mode) else None


def level(path, keep):
    try:
        file = os.open(path, os.O_RDONLY)
    except PermissionError:
        return  # closed to the sandbox's user as well
    try:
        try:
            fcntl.fcntl(file, F_SET_RW_HINT, struct.pack("Q", 0))
        except OSError:
            pass  # only the owner may; a user who may not has left no hint either
        if keep:
            if not is_there(file):
                while os.readv(file, [CHUNK]):
                    pass
        else:
            os.posix_fadvise(file, 0, 0, os.POSIX_FADV_DONTNEED)
    finally:
        os.close(file)


def is_there(file):
    """Whether all pages of a file are in memory; False where the kernel does not say (cachestat came with 6.5)."""
    pages = (ctypes.c_uint64 * 5)()
    if LIBC.syscall(CACHESTAT, file, (ctypes.c_uint64 * 2)(0, 0), pages, 0) != 0:
        return False
    return pages[0] * os.sysconf("SC_PAGE_SIZE") >= os.fstat(file).st_size


def available():
    with open("/proc/meminfo") as file:
        return next(int(line.split()[1]) * 1024 for line in file if line.startswith("MemAvailable"))


main()
