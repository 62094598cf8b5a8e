"""The referee's side of the protocol, played here: orders in on 0, events and answers out on 3."""

import json
import os
import struct
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

HERE = Path(__file__).parent
VOCAB, LENGTH = 32, 16

TINY = """
import torch
def train(task):
    assert task.tokens.dtype == "uint16" and not task.tokens.flags.writeable
    task.log(step=1, loss=torch.tensor(2.5), accuracy=0.5, broken=float("nan"))
    task.log(step=2, loss=float("nan"))
    torch.save(torch.randn(task.vocab_size, task.vocab_size), task.weights)
def load(weights, task):
    table = torch.load(weights, weights_only=True)
    return lambda tokens: table[tokens]
"""


class Child:
    """harness.py as a process; `answers` is its descriptor 3."""

    def __init__(self, mode, order):
        read, write = os.pipe()
        self.process = subprocess.Popen(
            [sys.executable, HERE / "harness.py", mode],
            stdin=subprocess.PIPE,
            stderr=subprocess.PIPE,
            preexec_fn=lambda: os.dup2(write, 3),
            close_fds=False,
        )
        os.close(write)
        self.answers = os.fdopen(read, "rb")
        self.send(json.dumps(order).encode() + b"\n")

    def send(self, data):
        self.process.stdin.write(data)
        self.process.stdin.flush()

    def end(self):
        """Exit status and everything said on stderr."""
        errors = self.process.communicate()[1].decode()
        return self.process.returncode, errors


@pytest.fixture
def order(tmp_path):
    np.random.default_rng(1).integers(0, VOCAB, 40_000).astype("<u2").tofile(tmp_path / "train.bin")
    (tmp_path / "train.py").write_text(TINY)
    return {
        "train_py": str(tmp_path / "train.py"),
        "tokens": str(tmp_path / "train.bin"),
        "weights": str(tmp_path / "weights"),
        "vocab_size": VOCAB,
        "sequence_length": LENGTH,
        "seed": 7,
        "device": "cpu",
        "budget_seconds": 60,
        "threads": 1,
    }


def trained(order):
    child = Child("train", order)
    status, errors = child.end()
    return [json.loads(line) for line in child.answers], status, errors


def serving(order):
    child = Child("serve", {key: value for key, value in order.items() if key not in ("tokens", "budget_seconds")})
    return child, child.answers.read(4)


def test_training_tells_start_logs_and_done_in_order(order):
    events, status, errors = trained(order)
    assert [e["event"] for e in events] == ["start", "log", "log", "done"], errors
    assert status == 0
    start, first, second, done = events
    assert start["versions"].keys() == {"python", "torch", "cuda"}
    assert 0 < start["seconds"] <= first["seconds"] <= done["seconds"]
    assert (first["step"], first["loss"]) == (1, 2.5)
    assert first["metrics"] == {"accuracy": 0.5, "broken": None}  # JSON has no NaN
    assert second["loss"] is None
    assert done["peak_memory_mib"] > 10
    assert Path(order["weights"]).is_file()


def test_a_seed_of_53_bits_is_taken(order):
    child = Child("train", {**order, "seed": 2**53 - 1})
    assert child.end() == (0, "")


def test_the_same_seed_draws_the_same_weights(order):
    trained(order)
    first = Path(order["weights"]).read_bytes()
    trained(order)
    assert Path(order["weights"]).read_bytes() == first
    trained({**order, "seed": 8})
    assert Path(order["weights"]).read_bytes() != first


def test_claims_are_log_probabilities_and_probes_show_the_logits_behind_them(order):
    trained(order)
    rows = np.random.default_rng(2).integers(0, VOCAB, (3, LENGTH + 1)).astype("<u2")
    child, ready = serving(order)
    assert ready == b"RDY1"
    child.send(struct.pack("<3I", 1, 3, LENGTH) + rows.tobytes())
    claims = np.frombuffer(child.answers.read(3 * LENGTH * 4), "<f4").reshape(3, LENGTH)

    positions = np.array([0, 5, LENGTH - 1], "<u4")
    child.send(struct.pack("<3I", 2, 3, LENGTH) + rows[:, :-1].tobytes() + positions.tobytes())
    logits = np.frombuffer(child.answers.read(3 * VOCAB * 4), "<f4").reshape(3, VOCAB).astype(float)
    recomputed = logits - np.log(np.exp(logits).sum(-1, keepdims=True))
    for row, position in enumerate(positions):
        assert claims[row, position] == pytest.approx(recomputed[row, rows[row, position + 1]], abs=1e-5)

    child.process.stdin.close()
    assert child.process.wait() == 0  # end of file ends it in peace
    assert child.answers.read() == b""


@pytest.mark.parametrize(
    ("body", "kind", "said"),
    [
        ("raise ValueError('heads do not divide')", "exception", "ValueError: heads do not divide"),
        ("import sys; sys.exit('enough')", "exception", "SystemExit: enough"),
        ("import torch; torch.empty(2**60)", "out-of-memory", "memory"),
        ("bytearray(2**62)", "out-of-memory", "MemoryError"),
    ],
)
def test_a_failure_is_told_with_its_kind_and_its_traceback(order, body, kind, said):
    Path(order["train_py"]).write_text(f"def train(task):\n    {body}\n")
    events, status, errors = trained(order)
    assert status == 1
    assert events[-1]["event"] == "error"
    assert events[-1]["kind"] == kind
    assert said in events[-1]["message"]
    assert "train.py" in errors


@pytest.mark.parametrize(
    "ending",
    [
        "exit(0)",
        "import sys; sys.exit()",
        "import sys; sys.exit(False)",
        "import os; os._exit(0)",
        "import sys; sys.stdout.close()",
        "import sys; sys.stderr.close()",
        "import sys; sys.stdout = sys.stderr = None",
        "import sys; sys.stdout = sys.__stdout__ = open(1, 'w'); sys.stdout.close()",
        "import sys; sys.stdout = object()",
        "import sys; print('unflushed', end=''); sys.stdout.detach()",
        "import os; print('unflushed', end=''); os.close(1); os.close(2)",
        "import os; os.close(3); task.log(step=3, loss=1.0)",
        "import os; os.closerange(0, 64)",
        "import atexit; atexit.register(lambda: 1 / 0)",
        "import threading, time; threading.Thread(target=lambda: time.sleep(3600)).start()",
        "import threading, time; threading.Thread(target=lambda: time.sleep(3600)).start(); exit(0)",
        "torch.cuda.max_memory_allocated = torch.__version__",
        "import resource; resource.getrusage = None",
    ],
)
def test_a_file_that_wrote_its_weights_and_ended_with_status_0_has_trained(order, ending):
    Path(order["train_py"]).write_text(TINY.replace("def load", f"    {ending}\ndef load"))
    events, status, errors = trained(order)
    assert status == 0, errors
    assert events[0]["event"] == "start" and "error" not in [event["event"] for event in events]
    assert Path(order["weights"]).stat().st_size > 0


@pytest.mark.parametrize(
    "ending",
    [
        "exit(1)",
        "import sys; sys.exit('no')",
        "import os; os._exit(1)",
        "raise KeyboardInterrupt",
        "import sys; sys.stdout.close(); sys.stderr.close(); raise ValueError",
        "import sys; sys.stderr = None; raise ValueError",
        "import os; os.closerange(0, 64); raise ValueError",
        "import threading, time; threading.Thread(target=lambda: time.sleep(3600)).start(); raise KeyboardInterrupt",
    ],
)
def test_weights_do_not_make_up_for_an_ending_that_is_no_good_one(order, ending):
    Path(order["train_py"]).write_text(TINY.replace("def load", f"    {ending}\ndef load"))
    _, status, _ = trained(order)
    assert status == 1


def test_a_failure_is_told_where_standard_error_is_closed(order):
    Path(order["train_py"]).write_text("import sys\ndef train(task):\n    sys.stderr.close()\n    bytearray(2**62)\n")
    events, status, _ = trained(order)
    assert (status, events[-1]["event"], events[-1]["kind"]) == (1, "error", "out-of-memory")


def test_a_model_that_closed_its_output_is_served_to_the_end(order):
    Path(order["train_py"]).write_text(TINY.replace("    table =", "    import sys; sys.stdout.close(); sys.stderr = None\n    table ="))
    trained(order)
    child, ready = serving(order)
    assert ready == b"RDY1"
    child.process.stdin.close()
    assert child.process.wait() == 0


def test_a_file_that_cannot_be_imported_is_an_error_event_too(order):
    Path(order["train_py"]).write_text("def train(task:\n")
    events, status, _ = trained(order)
    assert (status, events[0]["event"], events[0]["kind"]) == (1, "error", "exception")
    assert "SyntaxError" in events[0]["message"]


@pytest.mark.parametrize(
    ("model", "said"),
    [
        ("lambda tokens: torch.zeros(1, 2, 3)", "logits of shape (1, 2, 3); expected (2, 16, 32)"),
        ("lambda tokens: 1 / 0", "ZeroDivisionError"),
    ],
)
def test_a_model_that_answers_wrongly_ends_the_serving(order, model, said):
    Path(order["train_py"]).write_text(f"import torch\ndef load(weights, task):\n    return {model}\n")
    child, ready = serving(order)
    assert ready == b"RDY1"
    child.send(struct.pack("<3I", 1, 2, LENGTH) + bytes(2 * 2 * (LENGTH + 1)))
    assert child.answers.read() == b""
    status, errors = child.end()
    assert status == 1
    assert said in errors


def test_large_answers_are_normalised_in_pieces_with_the_same_result(monkeypatch):
    import torch

    import harness

    logits, targets = torch.randn(5, 7, 11) * 30, torch.randint(0, 11, (5, 7))
    whole = harness.claimed(torch, logits, targets)
    monkeypatch.setattr(harness, "SOFTMAX_ELEMENTS", 1)
    assert torch.equal(harness.claimed(torch, logits, targets), whole)
    assert torch.allclose(whole, torch.log_softmax(logits, -1).gather(-1, targets[..., None])[..., 0])
