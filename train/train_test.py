"""The file under research keeps its contract: it ends in time, learns, loads what it wrote and never looks ahead."""

import math
from types import SimpleNamespace

import numpy as np
import pytest
import torch
import train

LENGTH, VOCAB = 64, 256


@pytest.fixture(autouse=True)
def one_thread():
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


def make_task(tmp_path, steps=150, vocab_size=VOCAB, length=LENGTH, text=b"the loss only goes down; "):
    tokens = np.frombuffer(text * (200_000 // len(text)), dtype=np.uint8).astype("<u2") % vocab_size
    tokens.flags.writeable = False
    logged = []  # also the clock: a step takes 10 ms, whatever the machine
    return SimpleNamespace(
        weights=str(tmp_path / "weights"),
        tokens=tokens,
        vocab_size=vocab_size,
        sequence_length=length,
        seed=1,
        device="cpu",
        logged=logged,
        seconds_left=lambda: 0.01 * (steps - len(logged)) + train.SAVE_SECONDS["cpu"],
        log=lambda **event: logged.append(event),
    )


def awake(model):
    """The same model with every parameter random: what starts at zero hides mistakes."""
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.add_(0.2 * torch.randn_like(parameter))
    return model


def test_it_learns_ends_within_the_budget_and_loads_what_it_wrote(tmp_path):
    task = make_task(tmp_path)
    train.train(task)
    assert 148 <= len(task.logged) <= 150  # stopped by the clock, with the time to save still there
    assert task.logged[-1]["loss"] < 0.5 < task.logged[0]["loss"]

    model = train.load(task.weights, task)
    tokens = torch.from_numpy(np.array(task.tokens[: LENGTH + 1], dtype="int64"))[None]
    with torch.no_grad():
        logits = model(tokens[:, :-1])
    assert logits.shape == (1, LENGTH, VOCAB) and logits.dtype == torch.float32
    loss = torch.nn.functional.cross_entropy(logits[0], tokens[0, 1:]).item()
    assert loss / math.log(2) < 1


def test_a_budget_already_gone_still_leaves_weights(tmp_path):
    task = make_task(tmp_path, steps=0)
    train.train(task)
    assert callable(train.load(task.weights, task))


def test_the_logits_depend_on_the_prefix_alone(tmp_path):
    torch.manual_seed(0)
    model = awake(train.GPT(make_task(tmp_path)))
    tokens = torch.randint(0, VOCAB, (2, LENGTH))
    with torch.no_grad():
        whole = model(tokens)
        for position in (0, 1, LENGTH // 2, LENGTH - 2):
            other = tokens.clone()
            other[:, position + 1 :] = torch.randint(0, VOCAB, other[:, position + 1 :].shape)
            torch.testing.assert_close(model(other)[:, : position + 1], whole[:, : position + 1], rtol=0, atol=1e-4)
        changed = tokens.clone()
        changed[:, 0] = (changed[:, 0] + 1) % VOCAB
        assert not torch.allclose(model(changed)[:, -1], whole[:, -1])  # and it does read the prefix


def test_rows_of_one_batch_do_not_see_each_other(tmp_path):
    torch.manual_seed(0)
    model = awake(train.GPT(make_task(tmp_path)))
    tokens = torch.randint(0, VOCAB, (3, LENGTH))
    with torch.no_grad():
        torch.testing.assert_close(model(tokens)[1], model(tokens[1:2])[0], rtol=0, atol=1e-4)


def test_other_vocabularies_and_lengths_fit(tmp_path):
    task = make_task(tmp_path, vocab_size=97, length=32, steps=3)
    train.train(task)
    assert train.load(task.weights, task)(torch.zeros(1, 32, dtype=torch.int64)).shape == (1, 32, 97)


def test_text_shorter_than_one_step_says_so(tmp_path):
    task = make_task(tmp_path)
    task.tokens = task.tokens[: LENGTH + 1]
    with pytest.raises(ValueError, match="fewer than one step"):
        train.train(task)


def test_the_seed_decides_the_batches(tmp_path):
    def first_inputs(seed):
        torch.manual_seed(seed)
        inputs, targets = next(train.make_batches(make_task(tmp_path)))[0]
        assert torch.equal(inputs[:, 1:], targets[:, :-1])
        return inputs

    assert torch.equal(first_inputs(3), first_inputs(3))
    assert not torch.equal(first_inputs(3), first_inputs(4))


@pytest.mark.parametrize("shape", [(2, 8, 8), (1, 32, 8), (3, 8, 32)])
def test_muon_steps_in_all_directions_alike(shape):
    torch.manual_seed(0)
    values = torch.linalg.svdvals(train.orthogonal(torch.randn(shape) * torch.logspace(0, -1, shape[-1])))
    assert values.min() > 0.7 and values.max() < 1.3


def test_the_learning_rate_is_flat_then_falls_to_its_end():
    rates = [train.learning_rate(progress / 100) for progress in range(101)]
    assert rates[0] == 1.0
    assert rates == sorted(rates, reverse=True)
    assert rates[-1] == pytest.approx(train.FINAL_LEARNING_RATE)
