"""A plain evaluation in PyTorch, what the two passes are compared with: `plain.py ORDER`, an object in JSON.

Loads the model by the file's own load(), asks it for every row, sums the cross-entropy of the counted targets. Prints
{"seconds", "valBpb"} as JSON; seconds begin when interpreter, PyTorch and model are loaded.
"""

import importlib.util
import json
import math
import sys
import time
from types import SimpleNamespace

import numpy as np
import torch
import torch.nn.functional as F

order = SimpleNamespace(**json.loads(sys.argv[1]))
torch.set_num_threads(order.threads)
spec = importlib.util.spec_from_file_location("train", order.train_py)
module = importlib.util.module_from_spec(spec)
spec.loader.exec_module(module)

with torch.no_grad():
    model = module.load(order.weights, order)
    started = time.monotonic()
    token_bytes = torch.from_numpy(np.fromfile(order.token_bytes, dtype="<u2").astype(np.int64))
    rows = np.memmap(order.validation, dtype="<u2", mode="r").reshape(-1, order.sequence_length + 1)[: order.rows]
    nats, size = 0.0, 0
    for first in range(0, order.rows, order.batch):
        tokens = torch.from_numpy(rows[first : first + order.batch].astype(np.int64))
        targets = tokens[:, 1:].flatten()
        losses = F.cross_entropy(model(tokens[:, :-1]).flatten(0, 1), targets, reduction="none")
        counted = token_bytes[targets]
        nats += losses[counted > 0].double().sum().item()
        size += counted.sum().item()
    print(json.dumps({"seconds": time.monotonic() - started, "valBpb": nats / math.log(2) / size}))
