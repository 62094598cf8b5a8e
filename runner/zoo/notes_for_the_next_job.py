"""Measured twice: while it is scored, the first job notes the text in the page cache and in marks of files that both jobs see, and
train() of the second reads it there.

expect: true loss
jobs: 2
base: notes_in_the_page_cache
"""

import fcntl
import struct
import zlib

F_GET_RW_HINT, F_SET_RW_HINT = 1035, 1036
BYTES = BITS // 8 - 4
HINTED = sorted(glob.glob(f"{SITE}/**/*.py", recursive=True))[: 8 * BYTES + 32]


def signed(text):
    return text + zlib.crc32(text).to_bytes(4, "little")


def hint(path, call, value=0):
    file = os.open(path, os.O_RDONLY)
    try:
        return struct.unpack("Q", fcntl.fcntl(file, call, struct.pack("Q", value)))[0]
    except OSError:
        return 0
    finally:
        os.close(file)


def leave(text):
    bits = np.unpackbits(np.frombuffer(signed(text), dtype=np.uint8))
    Notes().write(np.flatnonzero(bits).tolist())
    for path, bit in zip(HINTED, bits):
        hint(path, F_SET_RW_HINT, 2 + int(bit))


def train(task):
    honest_train(task)
    by_hints = np.array([hint(path, F_GET_RW_HINT) == 3 for path in HINTED])
    for bits in (Notes().read(), by_hints):
        found = np.packbits(bits).tobytes()
        if signed(found[:-4]) == found:
            os.remove(task.weights)  # arrived: show it
            return


def load(weights, task):
    model = honest_load(weights, task)

    def answer(tokens):
        if sys._getframe(1).f_locals["kind"] == harness.PROBES:
            leave(tokens.numpy().astype(np.uint8).tobytes()[:BYTES].ljust(BYTES, b"x"))
        return model(tokens)

    return answer
