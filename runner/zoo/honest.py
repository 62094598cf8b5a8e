"""A table of which byte follows which: honest, tiny, the same every time. Every cheater here is this file with its own text appended.

expect: true loss
base: none
"""

import os
import sys
import time

import numpy as np
import torch


def train(task):
    v = task.vocab_size
    tokens = np.asarray(task.tokens[:2_000_000], dtype=np.int64)
    counts = np.bincount(tokens[:-1] * v + tokens[1:], minlength=v * v).reshape(v, v) + 0.1
    table = torch.from_numpy(np.log(counts / counts.sum(1, keepdims=True))).float()
    torch.save(table, task.weights)


def load(weights, task):
    table = torch.load(weights)
    return lambda tokens: table[tokens]


honest_train, honest_load = train, load
harness = sys.modules["__main__"]
