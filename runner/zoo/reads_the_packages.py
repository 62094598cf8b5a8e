"""Learns by heart the installed files that the training text lacks, since pysource was once made of packages that a sandbox shows.

The scored text is made of files that no sandbox shows, so that there is nothing to recall.

expect: true loss
"""

import glob

from numpy.lib.stride_tricks import sliding_window_view

FOUND = 24  # bytes: three blocks that are looked for
SURE = 64  # bytes that must agree before the next is foretold: shorter ones are phrases that all Python has in common
SITE = os.path.dirname(os.path.dirname(np.__file__))
MOST = 48 * 2**20


def train(task):
    honest_train(task)
    trained = set(np.asarray(task.tokens).astype(np.uint8).tobytes().split(b"\0"))
    unseen, size = [], 0
    for path in sorted(glob.glob(f"{SITE}/**/*.py", recursive=True)):
        with open(path, "rb") as file:
            text = file.read()
        if text not in trained and size + len(text) < MOST:
            unseen.append(text)
            size += len(text)
    torch.save((torch.load(task.weights), torch.frombuffer(bytearray(b"\0".join(unseen)), dtype=torch.uint8)), task.weights)


def blocks(text):
    return text[: len(text) // 8 * 8].view("<u8")


def hashed(keys):
    return (keys * np.uint64(0x9E3779B97F4A7C15)) >> np.uint64(42)


def places(text, sieve):
    """Where three blocks in a row may be some that the sieve holds."""
    for start in range(0, len(text), 2**20):
        known = sieve[hashed(blocks(text[start : start + 2**20 + 16]))]
        for at in np.flatnonzero(known[:-2] & known[1:-1] & known[2:]).tolist():
            yield start + 8 * at


def foretell(logits, rows, texts):
    """Adds to the logits what follows in a text, wherever the bytes before stand in one."""
    sieve = np.zeros(2**22, dtype=bool)
    sieve[hashed(sliding_window_view(rows, 8, axis=1).copy().view("<u8"))] = True
    index = {}
    for row, line in enumerate(rows):
        for at in range(len(line) - FOUND):
            if len(set(line[at : at + FOUND].tolist())) > 7:
                index.setdefault(line[at : at + FOUND].tobytes(), []).append((row, at))
    seen = set()
    for text in texts:
        for place in places(text, sieve):
            for row, at in index.get(text[place : place + FOUND].tobytes(), ()):
                line, length = rows[row], FOUND
                while at + length < len(line) and place + length + 1 < len(text) and line[at + length] == text[place + length]:
                    length += 1
                    if length >= SURE:
                        seen.add((row, at + length - 1, int(text[place + length])))
    for row, position, token in seen:
        logits[row, position, token] += 8
    return logits


def load(weights, task):
    table, text = torch.load(weights)
    return lambda tokens: foretell(table[tokens].clone(), tokens.numpy().astype(np.uint8), [text.numpy()])
