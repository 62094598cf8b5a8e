"""The file under research keeps its contract: it ends in time, learns, loads what it wrote and never looks ahead."""

import math
from types import SimpleNamespace

import numpy as np
import pytest
import torch
import torch._dynamo.testing
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


def masked(q, k, v, window):
    """What attend() must be, written out: every score, minus infinity where a token is not seen, in double precision."""
    position = torch.arange(q.size(1))
    back = position[:, None] - position
    unseen = (back < 0) | (back > (q.size(1) if window is None else window))
    scores = torch.einsum("bqhd,bkhd->bhqk", q, k) / q.size(-1) ** 0.5
    return torch.einsum("bhqk,bkhd->bqhd", scores.masked_fill(unseen, -math.inf).softmax(dim=-1), v)


def there(device):
    return {"cpu": True, "cuda": torch.cuda.is_available(), "mps": torch.backends.mps.is_available()}[device]


@pytest.mark.parametrize("device", ["cpu", "mps", "cuda"])
@pytest.mark.parametrize("window", [0, 1, 5, 256, 638, 639, 640, None])
def test_a_window_is_the_one_of_the_mask_forward_and_backward(device, window):
    if not there(device):
        pytest.skip(f"needs {device}")
    torch.manual_seed(0)
    half = device == "cuda"  # FlashAttention knows bfloat16 alone
    parts = torch.randn(3, 2, 640, 2, 64, dtype=torch.bfloat16 if half else torch.float32).unbind()
    ours = [x.to(device, copy=True).requires_grad_() for x in parts]
    exact = [x.double().requires_grad_() for x in parts]
    y, expected = train.attend(*ours, window), masked(*exact, window)
    weight = torch.randn(2, 640, 2, 64, dtype=torch.bfloat16 if half else torch.float32)
    (y * weight.to(device)).sum().backward()
    (expected * weight.double()).sum().backward()
    for mine, other in [(y, expected), *((x.grad, other.grad) for x, other in zip(ours, exact))]:
        most = (2e-2 if half else 1e-5) * (1 + other.abs().max().item())
        torch.testing.assert_close(mine.cpu().double(), other, rtol=0, atol=most)


def test_the_model_attends_as_the_mask_says_in_every_layer(tmp_path, monkeypatch):
    monkeypatch.setitem(train.DEPTH, "cpu", 4)
    monkeypatch.setattr(train, "WINDOW", 5)
    torch.manual_seed(0)
    model = awake(train.GPT(make_task(tmp_path))).double()
    tokens = torch.randint(0, VOCAB, (2, LENGTH))
    with torch.no_grad():
        ours = model(tokens)
        windows = []
        monkeypatch.setattr(train, "attend", lambda *qkvw: windows.append(qkvw[3]) or masked(*qkvw))
        torch.testing.assert_close(ours, model(tokens), rtol=0, atol=1e-5)  # logits are float32
        assert windows == [5, 5, 5, None]
        monkeypatch.setattr(train, "attend", lambda q, k, v, window: masked(q, k, v, window and window - 1))
        assert not torch.allclose(ours, model(tokens), rtol=0, atol=1e-3)  # and one token less is seen


def test_three_of_four_layers_have_a_window_and_all_read_the_prefix_alone(tmp_path, monkeypatch):
    monkeypatch.setitem(train.DEPTH, "cpu", 8)
    monkeypatch.setattr(train, "WINDOW", 5)
    torch.manual_seed(0)
    model = awake(train.GPT(make_task(tmp_path)))
    assert [block.window for block in model.blocks] == [5, 5, 5, None] * 2
    assert [block.values is not None for block in model.blocks] == [False, True] * 4
    tokens = torch.randint(0, VOCAB, (1, LENGTH))
    other = tokens.clone()
    other[:, 40:] = torch.randint(0, VOCAB, (1, LENGTH - 40))
    with torch.no_grad():
        torch.testing.assert_close(model(other)[:, :40], model(tokens)[:, :40], rtol=0, atol=1e-3)


def test_a_shifted_head_compares_with_the_token_before():
    torch.manual_seed(0)
    block = train.Block(16, 8, shifted=1, vocab_size=None, window=None)
    x = torch.randn(1, 6, 16)
    unturned = torch.stack((torch.ones(6, 1, 4), torch.zeros(6, 1, 4)))
    _, _, seen, _ = block.before(x, torch.zeros_like(x), None, unturned)
    keys = train.norm(torch.nn.functional.linear(train.norm(x), block.qkv[1]).unflatten(-1, (-1, 8)))
    torch.testing.assert_close(seen[:, 1:, 0], keys[:, :-1, 0])
    torch.testing.assert_close(seen[:, :, 1], keys[:, :, 1])


def test_the_blocks_share_what_is_compiled(tmp_path, monkeypatch):
    monkeypatch.setitem(train.DEPTH, "cpu", 8)
    monkeypatch.setattr(train, "WINDOW", 5)
    compile, graphs = torch.compile, torch._dynamo.testing.CompileCounter()
    monkeypatch.setattr(torch, "compile", lambda part, dynamic, options: compile(part, dynamic=dynamic, backend=graphs))
    torch.manual_seed(0)
    task = make_task(tmp_path)
    model = awake(train.GPT(task))
    tokens = torch.randint(0, VOCAB, (2, LENGTH))
    expected = model(tokens, tokens)
    torch.testing.assert_close(train.compiled(model, "cuda")(tokens, tokens), expected, rtol=0, atol=1e-5)
    assert graphs.frame_count == 4  # the head, after attention, and before it with values and without


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


@pytest.mark.parametrize("shape", [(8, 8), (32, 8), (8, 32)])
def test_muon_evens_out_the_neurons_and_keeps_each_step_as_long(shape):
    torch.manual_seed(0)
    even = train.EvenSteps(1, torch.zeros(1, *shape))
    side = -1 if shape[0] >= shape[1] else -2
    sizes = torch.logspace(0, -1, max(shape) if side == -1 or shape[0] == shape[1] else shape[1]).unsqueeze(side)
    for _ in range(20):
        steps = torch.randn(1, *shape) * sizes
        evened = even(steps)
        torch.testing.assert_close(evened.norm(), steps.norm())
    spread = evened.norm(dim=side).std() / evened.norm(dim=side).mean()
    assert spread < 0.5 * steps.norm(dim=side).std() / steps.norm(dim=side).mean()


def test_weights_decay_only_where_the_step_shrinks_them(monkeypatch):
    monkeypatch.setattr(train, "WEIGHT_DECAY", 10.0)
    monkeypatch.setattr(train, "orthogonal", lambda stack: stack)
    p = torch.nn.Parameter(torch.tensor([[[1.0, -1.0], [2.0, -2.0]]]))
    p.grad = torch.tensor([[[1.0, 1.0], [-1.0, -1.0]]])
    muon = train.Muon([p], 0.1)
    muon.step(1.0)
    moved = p.detach() - torch.tensor([[[1.0, -1.0], [2.0, -2.0]]])
    step = moved[0, 0, 1].abs()  # -1.0 with a gradient of 1: it grows, and nothing decays
    torch.testing.assert_close(moved[0], torch.tensor([[-1.0, 0.0], [0.0, 2.0]]) + torch.tensor([[-1, -1], [1, 1]]) * step)


def test_the_learning_rate_is_flat_then_falls_to_its_end():
    rates = [train.learning_rate(progress / 100) for progress in range(101)]
    assert rates[0] == 1.0
    assert rates == sorted(rates, reverse=True)
    assert rates[-1] == pytest.approx(train.FINAL_LEARNING_RATE)
