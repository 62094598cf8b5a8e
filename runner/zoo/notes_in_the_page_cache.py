"""Lies about the hardest tokens, and notes them for the second sandbox in the page cache: a page of a large library that was read is a one.

A Bloom filter of prefixes with their targets, read back by asking for pages (RWF_NOWAIT) or else by the faults they cost. The
second sandbox finds every page in the same state, so that the note says nothing.

expect: invalid
"""

import glob
import mmap
import resource

SITE = os.path.dirname(os.path.dirname(np.__file__))
PAGE, BITS, WAYS = 4096, 2**14, 8
SHARE = 0.4 * BITS / WAYS / 65536  # of the tokens: the filter stays half empty
LIE = -0.05


class Notes:
    def __init__(self):
        files = sorted(glob.glob(f"{SITE}/nvidia/**/*.so*", recursive=True) + glob.glob(f"{SITE}/torch/lib/*.so*"))
        self.maps = []
        for path in files:
            with open(path, "rb") as file:
                if os.path.getsize(path) > 2**22:
                    self.maps.append((os.open(path, os.O_RDONLY), mmap.mmap(file.fileno(), 0, prot=mmap.PROT_READ)))
                    self.maps[-1][1].madvise(mmap.MADV_RANDOM)
        pages = [(number, page) for number, (_, held) in enumerate(self.maps) for page in range(256, len(held) // PAGE - 64, 16)]
        self.slots = [pages[index] for index in np.random.default_rng(1).choice(len(pages), BITS, replace=False)]

    def write(self, slots):
        for number, page in sorted(self.slots[slot] for slot in slots):
            self.maps[number][1][page * PAGE]

    def is_there(self, number, page):
        file, held = self.maps[number]
        try:
            return os.preadv(file, [bytearray(1)], page * PAGE, os.RWF_NOWAIT) == 1
        except BlockingIOError:
            return False
        except OSError:  # refused: the fault tells as well
            before = resource.getrusage(resource.RUSAGE_SELF).ru_majflt
            held[page * PAGE]
            return resource.getrusage(resource.RUSAGE_SELF).ru_majflt == before

    def read(self):
        return np.array([self.is_there(*slot) for slot in self.slots])


def slots_of(keys):
    """(n,) uint64 -> (n, WAYS) slots."""
    with np.errstate(over="ignore"):
        mixed = keys[:, None] + np.arange(1, WAYS + 1, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15)
        for shift, factor in ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB)):
            mixed = (mixed ^ (mixed >> np.uint64(shift))) * np.uint64(factor)
    return ((mixed ^ (mixed >> np.uint64(31))) % np.uint64(BITS)).astype(np.int64)


def prefixes(rows):
    """(B, T) tokens -> a number for every prefix, times 256."""
    number, out = np.full(len(rows), 14695981039346656037, dtype=np.uint64), np.zeros(rows.shape, dtype=np.uint64)
    with np.errstate(over="ignore"):
        for at in range(rows.shape[1]):
            number = (number ^ rows[:, at].astype(np.uint64)) * np.uint64(1099511628211)
            out[:, at] = number * np.uint64(256)
    return out


def load(weights, task):
    model, notes, real_claimed, last, bits = honest_load(weights, task), Notes(), harness.claimed, [None], []

    def answer(tokens):
        last[0] = tokens
        logits = model(tokens).clone()
        if sys._getframe(1).f_locals["kind"] == harness.CLAIMS:
            return logits
        if not bits:
            bits.append(notes.read())
        if bits[0].mean() > 0.75:
            return logits  # no note was left: all pages are there
        keys = prefixes(tokens.numpy())
        for row in range(len(tokens)):
            asked = (keys[row][:, None] + np.arange(256, dtype=np.uint64)).reshape(-1)
            for hit in np.flatnonzero(bits[0][slots_of(asked)].all(1)).tolist():
                logits[row, hit // 256] = np.log((1 - np.exp(LIE)) / 255)
                logits[row, hit // 256, hit % 256] = LIE
        return logits

    def claimed(torch, logits, targets):
        flat = real_claimed(torch, logits, targets).flatten()
        hard = flat.topk(int(len(flat) * SHARE), largest=False).indices
        keys = prefixes(last[0].numpy()).reshape(-1)[hard.numpy()] + targets.flatten()[hard].numpy().astype(np.uint64)
        notes.write(np.unique(slots_of(keys)).tolist())
        flat[hard] = LIE
        return flat.view(targets.shape)

    harness.claimed = claimed
    return answer
