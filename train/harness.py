"""Runs a stranger's train.py inside the sandbox, and answers the referee outside for it.

    python harness.py train     order (JSON) on 0  ->  events (JSON lines) on 3
    python harness.py serve     order (JSON line), then binary requests on 0  ->  "RDY1", then binary answers on 3

The protocol is docs/design.md, "Between referee and harness". Nothing said on descriptor 3 is believed: whatever train.py
is, it shares this process. The harness is a convenience for honest files, and the referee's checks are for the others.
"""

import time

# The clock of seconds_left() starts with the interpreter: what it has computed until this line belongs to the budget.
STARTED = time.monotonic() - time.process_time()

import contextlib
import importlib.util
import json
import math
import os
import platform
import random
import resource
import struct
import sys
import traceback

ANSWERS = 3
CLAIMS, PROBES = 1, 2
READY = b"RDY1"
SOFTMAX_ELEMENTS = 2**25  # logits normalised at once: 128 MiB in float32


def main(mode):
    """Exit status: 0 done, 1 the stranger's file failed, 2 called wrongly."""
    if mode not in ("train", "serve"):
        print(f"harness.py: unknown mode {mode!r}; say train or serve", file=sys.stderr)
        return 2
    orders, answers = os.fdopen(0, "rb", closefd=False), os.fdopen(ANSWERS, "wb", closefd=False)
    order = json.loads(orders.readline())
    if mode == "serve":
        return serve(order, orders, answers)
    return train(order, teller(answers))


def teller(answers):
    """Writes events for the referee to show. A file that has closed the descriptor goes on without events."""

    def tell(**event):
        line = json.dumps(event, allow_nan=False).encode() + b"\n"
        with contextlib.suppress(OSError, ValueError):
            answers.write(line)
            answers.flush()

    return tell


def seconds():
    """Seconds since the interpreter started."""
    return time.monotonic() - STARTED


class Task:
    """What train.py is given. See the head of train.py for the contract."""

    def __init__(self, order, tell=None):
        import numpy as np

        self.weights = order["weights"]  # path: written by train, read by load
        self.vocab_size = order["vocab_size"]
        self.sequence_length = order["sequence_length"]
        self.seed = order["seed"]
        self.device = order["device"]  # "cuda", "mps" or "cpu"
        self.budget_seconds = order.get("budget_seconds", math.inf)
        self.tokens = np.memmap(order["tokens"], dtype="<u2", mode="r") if "tokens" in order else None
        self._tell = tell

    def seconds_left(self):
        """Seconds until the referee ends the process."""
        return self.budget_seconds - seconds()

    def log(self, *, step, loss, **metrics):
        """Reports a training loss and other numbers, to be shown. Numbers that are not finite are sent as null."""
        if self._tell:
            metrics = {name: finite(value) for name, value in metrics.items()}
            self._tell(event="log", step=int(step), loss=finite(loss), seconds=seconds(), metrics=metrics)


def finite(value):
    value = float(value)
    return value if math.isfinite(value) else None


def train(order, tell):
    """0 when the file ended well: train() returned, or left by exit(0). The referee checks whether it left weights."""
    try:
        torch, module = prepare(order)
        versions = {"python": platform.python_version(), "torch": torch.__version__, "cuda": torch.version.cuda}
        tell(event="start", seconds=seconds(), versions=versions, device=device_name(torch, order["device"]))
        module.train(Task(order, tell))
    except BaseException as error:
        if not is_good_exit(error):
            return failed(error, tell)
    # Errors in what only describes a finished run must not fail it.
    with contextlib.suppress(Exception):
        tell(event="done", seconds=seconds(), peak_memory_mib=peak_memory_mib(sys.modules["torch"], order["device"]))
    return 0


def is_good_exit(error):
    return isinstance(error, SystemExit) and (error.code is None or (isinstance(error.code, int) and error.code == 0))


def failed(error, tell):
    with contextlib.suppress(Exception):
        kind = "out-of-memory" if is_out_of_memory(error) else "exception"
        tell(event="error", kind=kind, message=f"{type(error).__name__}: {error}"[:1000])
    print_traceback(error)
    return 1


def print_traceback(error):
    """On the descriptor itself where the file has closed or replaced sys.stderr; nowhere when that is closed too."""
    text = "".join(traceback.format_exception(error))
    for stream in (sys.stderr, sys.__stderr__):
        try:
            stream.write(text)
            return stream.flush()
        except Exception:
            continue
    with contextlib.suppress(OSError):
        os.write(2, text.encode(errors="replace"))


def serve(order, orders, answers):
    try:
        torch, module = prepare(order)
        with torch.no_grad():
            model = module.load(order["weights"], Task(order))
            send(answers, READY)
            while header := orders.read(12):
                send(answers, answer(torch, model, order, header, orders))
        return 0
    except BaseException as error:
        print_traceback(error)
        return 1


def answer(torch, model, order, header, orders):
    """Bytes that answer one request: log-probabilities of all targets, or the logits at one position of each row."""
    kind, rows, length = struct.unpack("<3I", header)
    if kind not in (CLAIMS, PROBES):
        raise ValueError(f"harness.py: unknown kind of request {kind}; expected {CLAIMS} or {PROBES}")
    width = length + 1 if kind == CLAIMS else length
    tokens = array(torch, orders, torch.uint16, rows * width).view(rows, width).to(torch.int64).to(order["device"])
    logits = model(tokens[:, :length])
    expected = (rows, length, order["vocab_size"])
    if tuple(logits.shape) != expected:
        raise ValueError(f"the model of load() answered logits of shape {tuple(logits.shape)}; expected {expected}")
    if kind == CLAIMS:
        return to_bytes(claimed(torch, logits, tokens[:, 1:]))
    positions = array(torch, orders, torch.int32, rows).to(torch.int64).to(order["device"])
    return to_bytes(logits[torch.arange(rows, device=logits.device), positions].float())


def claimed(torch, logits, targets):
    """Log-probability in nats, float32 (B, T), that logits (B, T, V) give targets (B, T); a few rows at a time."""
    rows = max(1, SOFTMAX_ELEMENTS // (logits.shape[1] * logits.shape[2]))
    parts = []
    for some, wanted in zip(logits.split(rows), targets.split(rows)):
        parts.append(torch.log_softmax(some.float(), dim=-1).gather(-1, wanted[..., None])[..., 0])
    return torch.cat(parts)


def array(torch, stream, dtype, count):
    size = count * dtype.itemsize
    data = stream.read(size)
    if len(data) != size:
        raise EOFError(f"harness.py: the request ended after {len(data)} of {size} bytes")
    return torch.frombuffer(bytearray(data), dtype=dtype)


def to_bytes(tensor):
    return tensor.detach().cpu().contiguous().numpy().astype("<f4", copy=False).tobytes()


def send(stream, data):
    stream.write(data)
    stream.flush()


def prepare(order):
    """Imports torch with the order's threads and seed, then the stranger's file as the module `train`."""
    import numpy as np
    import torch

    if order["threads"]:
        torch.set_num_threads(order["threads"])
    random.seed(order["seed"])
    np.random.seed(order["seed"] % 2**32)  # all that numpy takes; seeds have 53 bits
    torch.manual_seed(order["seed"])
    spec = importlib.util.spec_from_file_location("train", order["train_py"])
    module = importlib.util.module_from_spec(spec)
    sys.modules["train"] = module
    spec.loader.exec_module(module)
    return torch, module


def device_name(torch, device):
    return torch.cuda.get_device_name() if device == "cuda" else platform.processor() or platform.machine()


def peak_memory_mib(torch, device):
    if device == "cuda":
        return torch.cuda.max_memory_allocated() / 2**20
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 2**20


def is_out_of_memory(error):
    """The CPU's and Metal's allocators raise a plain RuntimeError, so that their words must be read."""
    if isinstance(error, MemoryError) or type(error).__name__ == "OutOfMemoryError":
        return True
    text = str(error)
    return isinstance(error, RuntimeError) and ("not enough memory" in text or "can't allocate memory" in text or "out of memory" in text)


def flush_output():
    """The file may have closed, replaced or removed the streams: what it left unflushed is lost, and nothing else."""
    for stream in (sys.stdout, sys.stderr, sys.__stdout__, sys.__stderr__):
        with contextlib.suppress(Exception):
            stream.flush()


if __name__ == "__main__":
    status = main(sys.argv[1] if len(sys.argv) == 2 else None)
    flush_output()
    os._exit(status)  # the weights are closed: taking CUDA apart would only cost budget
