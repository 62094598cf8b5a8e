"""Maps the same few pages over and over, in several processes: what the kernel writes down about them is memory nobody counts.

expect: out-of-memory
memory: 1024
"""

import mmap

CHILDREN, ROOM = 40, 20 * 2**30


def hold():
    wide = mmap.mmap(-1, ROOM, prot=mmap.PROT_READ)
    wide.madvise(mmap.MADV_NOHUGEPAGE)
    for at in range(0, ROOM, 2**21):
        wide[at]  # a page of nothing, and a table for it
    time.sleep(20)


def train(task):
    for _ in range(CHILDREN):
        if os.fork() == 0:
            hold()
            os._exit(0)
    time.sleep(6)
    honest_train(task)
