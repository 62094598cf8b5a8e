"""How long a train.py's own way of compiling takes: `compile.py FILE` prints {"importSeconds", "compileSeconds"}.

The model of the cuda column, compiled on this machine's CPU for short rows: tracing and generating code are the same work,
what the compilers behind it take is another. Processor time, all compilers included, so that neighbours do not count.
"""

import json
import os
import resource
import sys
import tempfile
import time

os.environ.setdefault("TORCHINDUCTOR_CACHE_DIR", tempfile.mkdtemp(prefix="descent-bench-start-"))  # nothing is there yet
LENGTH, ROWS, VOCABULARY = 64, 2, 512


def spent():
    mine, children = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return mine.ru_utime + mine.ru_stime + children.ru_utime + children.ru_stime


import importlib.util
from types import SimpleNamespace

import torch

spec = importlib.util.spec_from_file_location("train", sys.argv[1])
train = importlib.util.module_from_spec(spec)
spec.loader.exec_module(train)
imported = spent()

torch._inductor.config.compile_threads = 1  # so that every compiler is a child that has ended
for column in (train.DEPTH, train.WIDTH, train.HEAD_DIM, train.LONGEST_NGRAM, getattr(train, "SHIFTED_HEADS", {})):
    column["cpu"] = column.get("cuda")
train.WIDTH["cpu"] = 128
train.WINDOW = 16
torch.manual_seed(0)
model = train.GPT(SimpleNamespace(device="cpu", vocab_size=VOCABULARY, sequence_length=LENGTH))
tokens = torch.randint(0, VOCABULARY, (ROWS, LENGTH + 1))
before, clock = spent(), time.monotonic()
step = train.compiled(model, "cuda")
step(tokens[:, :-1], tokens[:, 1:]).backward()
print(json.dumps({"importSeconds": imported, "compileSeconds": spent() - before, "compileClockSeconds": time.monotonic() - clock}))
