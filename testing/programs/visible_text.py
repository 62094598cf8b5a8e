"""Looks from inside a sandbox for text it must not show: `visible_text.py HASHES`, uint64 hashes of windows of 32 bytes.

Walks every file that can be read, hashes all its windows at every offset, and writes as JSON to descriptor 3 how many files and bytes it read
and which windows (places in HASHES) it found. The hashes reveal nothing of the text.
"""

import json
import os
import sys

import numpy as np

WINDOW = 32
CHUNK = 2**17  # small enough for the cache
SKIPPED = ("/proc", "/sys", "/dev")


def hashes(data):
    """Of every window of WINDOW bytes of uint8 data: five doublings of a polynomial hash modulo 2**64."""
    total = data.astype(np.uint64) + np.uint64(1)
    factor, length = np.uint64(0x9E3779B97F4A7C15), 1
    with np.errstate(over="ignore"):
        while length < WINDOW:
            total = total[:-length] * factor + total[length:]
            factor, length = factor * factor, 2 * length
    return total


def main(path):
    wanted = np.fromfile(path, dtype="<u8")
    ordered = np.unique(wanted)
    sieve = np.zeros(2**24, dtype=bool)
    sieve[(wanted >> np.uint64(40)).astype(np.int64)] = True
    found, files, size = set(), 0, 0
    for root, folders, names in os.walk("/"):
        folders[:] = [f for f in folders if os.path.join(root, f) not in SKIPPED]
        for name in names:
            file = os.path.join(root, name)
            if file == path or os.path.islink(file) or not os.path.isfile(file):
                continue
            try:
                data = np.memmap(file, dtype=np.uint8, mode="r")
            except (OSError, ValueError):
                continue
            files, size = files + 1, size + len(data)
            for start in range(0, max(1, len(data) - WINDOW + 1), CHUNK):
                here = hashes(np.asarray(data[start : start + CHUNK + WINDOW - 1])) if len(data) >= WINDOW else []
                if not len(here):
                    continue
                some = here[sieve[(here >> np.uint64(40)).astype(np.int64)]]
                at = np.minimum(np.searchsorted(ordered, some), len(ordered) - 1)
                found.update(some[ordered[at] == some].tolist())
    places = np.flatnonzero(np.isin(wanted, np.array(sorted(found), dtype=np.uint64))).tolist()
    with os.fdopen(3, "w") as answers:
        json.dump({"files": files, "bytes": size, "found": places}, answers)


if __name__ == "__main__":
    main(sys.argv[1])
