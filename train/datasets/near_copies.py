"""Finds texts that share passages, so that a near copy never lands in two parts of a data set."""

import re
import zlib

import numpy as np

WORD = re.compile(rb"[A-Za-z_]\w*|\d+|[^\s\w]")
SHINGLE = 8  # words in a row that count as a shared passage
BOILERPLATE = 40  # a passage in more texts than this (a licence, a common import block) says nothing about copying
SHARED = 0.2  # of the smaller text's passages: from here on two texts are near copies


def clusters(texts):
    """Groups of indices of `texts` (bytes): texts connected by near copies share a group. Exact, not sampled.

    Every passage of SHINGLE words is hashed; passages common to two texts are counted pair by pair. The measure is
    containment in the smaller text, so that a file pasted into a larger one is found as well.
    """
    passages = [shingles(text) for text in texts]
    hashes = np.concatenate(passages)
    owners = np.repeat(np.arange(len(texts), dtype=np.int64), [len(p) for p in passages])
    order = np.argsort(hashes, kind="stable")
    hashes, owners = hashes[order], owners[order]
    starts = np.flatnonzero(np.r_[True, hashes[1:] != hashes[:-1]])
    sizes = np.diff(np.r_[starts, len(hashes)])

    pairs = []
    for size in range(2, BOILERPLATE + 1):
        groups = owners[starts[sizes == size][:, None] + np.arange(size)]
        for a in range(size):
            for b in range(a + 1, size):
                pairs.append(groups[:, a] * len(texts) + groups[:, b])
    pair, shared = np.unique(np.concatenate(pairs), return_counts=True)
    first, second = np.divmod(pair, len(texts))
    lengths = np.array([max(1, len(p)) for p in passages])
    near = shared >= SHARED * np.minimum(lengths[first], lengths[second])
    return connected(len(texts), zip(first[near].tolist(), second[near].tolist()))


def shingles(text):
    """The distinct passages of a text as sorted uint64 hashes."""
    words = np.array([zlib.crc32(word) for word in WORD.findall(text)], dtype=np.uint64)
    if len(words) < SHINGLE:
        return np.unique(words)
    with np.errstate(over="ignore"):
        total = np.zeros(len(words) - SHINGLE + 1, dtype=np.uint64)
        for offset in range(SHINGLE):
            total = total * np.uint64(0x9E3779B97F4A7C15) + words[offset : offset + len(total)]
    return np.unique(total)


def connected(count, links):
    """Groups of 0..count-1 connected by links, each group sorted (union-find)."""
    parent = list(range(count))

    def root(i):
        while parent[i] != i:
            parent[i] = parent[parent[i]]
            i = parent[i]
        return i

    for a, b in links:
        parent[root(a)] = root(b)
    groups = {}
    for i in range(count):
        groups.setdefault(root(i), []).append(i)
    return list(groups.values())
