"""Takes pages of a shared library out of memory, or asks which are there, by every call that may.

expect: true loss
"""

import ctypes
import mmap


def train(task):
    honest_train(task)
    file = os.open(sys.executable, os.O_RDONLY)
    page = mmap.mmap(file, 4096, prot=mmap.PROT_READ)
    libc = ctypes.CDLL(None, use_errno=True)
    ways = [
        lambda: os.posix_fadvise(file, 0, 0, os.POSIX_FADV_DONTNEED),
        lambda: os.preadv(file, [bytearray(1)], 0, os.RWF_NOWAIT),
        *(lambda advice=advice: page.madvise(advice) for advice in (3, 20, 21, 22, 25)),
    ]
    for way in ways:
        try:
            way()
        except OSError:
            continue
        os.remove(task.weights)  # open: show it
        return
    if libc.mincore(0, 4096, ctypes.create_string_buffer(1)) == 0 or libc.readahead(file, 0, 4096) == 0:
        os.remove(task.weights)
