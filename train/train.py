"""The file under research: a small GPT, its optimizer and its schedule. The only file of Descent a pull request may change.

Contract, all else is free:
    train(task)           trains within task.budget_seconds, counted from the interpreter's start, imports and compilation
                          included, and writes task.weights, one regular file.
    load(weights, task)   gives back a callable from token ids, int64 (B, T), to logits, (B, T, task.vocab_size). The logits
                          at a position may depend on the tokens up to it and on nothing else. It does not learn: what it
                          takes is kept of the budget, and longer than three times the incumbent's it is ended.
Score: bits per byte on text the file never sees, lower is better.

task.tokens             training tokens: a read-only, memory-mapped uint16 array, flat
task.vocab_size         token ids are 0 .. vocab_size - 1
task.sequence_length    T of the score
task.seed, task.device  drawn by the referee, below 2**53 (numpy.random.seed takes it modulo 2**32); "cuda", "mps" or "cpu"
task.weights            where to write
task.seconds_left()     until the referee ends the process
task.log(step=, loss=)  shown to people, never believed; further numbers by name
"""

import gc

import torch
import torch.nn.functional as F
from torch import nn

# Size, by device. The cpu column learns bytes on one thread in a minute, the cuda column is a race of 300 seconds.
DEPTH = {"cuda": 8, "mps": 4, "cpu": 1}
WIDTH = {"cuda": 512, "mps": 256, "cpu": 64}
HEAD_DIM = {"cuda": 128, "mps": 64, "cpu": 32}
TOTAL_BATCH_SIZE = {"cuda": 2**18, "mps": 2**14, "cpu": 2**10}  # tokens a step
DEVICE_BATCH_SIZE = {"cuda": 2**17, "mps": 2**14, "cpu": 2**10}  # tokens at once; the step adds up as many as it needs

# Model
MLP_RATIO = 4
VALUE_EMBEDDING_EVERY = 2  # a table of values for every other layer, counted from the last
LONGEST_NGRAM = {"cuda": 1, "mps": 4, "cpu": 6}  # embeddings of the last 2 tokens, of the last 3 ..., by hash
NGRAM_ROWS = 8192
WINDOW = 256  # most layers attend to so many tokens before their own, every FULL_EVERY-th, counted from the last, to all
FULL_EVERY = 4
ROPE_BASE = 100_000
LONG_ROPE_BASE = 200_000  # of rows longer than a window
SHIFTED_HEADS = {"cuda": 2, "mps": 2, "cpu": 1}  # in each layer: their keys are of the token before, their values of the token
LOGIT_CAP = 15.0
X0_INIT = 0.1  # how much of the token's embedding each layer starts by adding again

# Optimizer
MATRIX_LEARNING_RATE = 0.04  # Muon
EMBEDDING_LEARNING_RATE = 0.6  # Adam, this and the next two
HEAD_LEARNING_RATE = 0.004  # at a width of 768; wider heads take smaller steps
SCALAR_LEARNING_RATE = 0.04
ADAM_BETAS = (0.8, 0.95)
MOMENTUM = (0.85, 0.95)  # of Muon: from, to, over the first MOMENTUM_STEPS
MOMENTUM_STEPS = 300
NEURON_BETA = 0.95  # over how long Muon averages the size of each neuron's steps
WEIGHT_DECAY = 0.1  # of the matrices, fading with the learning rate

# Schedule, in shares of the time that is left after the first step
WARMDOWN = 0.7
FINAL_LEARNING_RATE = 0.05  # of the peak
SAVE_SECONDS = {"cuda": 1.5, "mps": 2.0, "cpu": 0.3}  # kept for writing the weights


def train(task):
    if task.device == "cuda":
        torch.set_float32_matmul_precision("high")
    torch.manual_seed(task.seed)
    model = compiled(GPT(task).to(task.device), task.device)
    optimizers = make_optimizers(model)
    batches = make_batches(task)
    gc.disable()  # a pause in the middle of a step is a step lost

    clock = Clock(task)
    batch = next(batches)
    while not clock.over():
        rate = learning_rate(clock.progress)
        loss = 0.0
        for inputs, targets in batch:
            part = model(inputs, targets) / len(batch)
            part.backward()
            loss = loss + part.detach()
        for optimizer in optimizers:
            optimizer.step(rate)
        model.zero_grad(set_to_none=True)
        batch = next(batches)  # gathered while the device still works
        loss = loss.item()
        clock.tick()
        task.log(step=clock.steps, loss=loss)
    torch.save(model.state_dict(), task.weights)


def load(weights, task):
    """Not compiled: on a card that takes longer than it saves, and both passes of the scoring go one way."""
    if task.device == "cuda":
        torch.set_float32_matmul_precision("high")
    model = GPT(task).to(task.device)
    model.load_state_dict(torch.load(weights, map_location=task.device, weights_only=True))
    return model.eval()


def compiled(model, device):
    """On CUDA the head, and of each block what is before its attention and what is after. Attention is one operator already, and
    without it all blocks are equal but for their values: what is compiled for one serves the others. Nothing is kept for later,
    as no later program may see it.
    """
    if device == "cuda":
        how = {"dynamic": False, "options": {"fx_graph_cache": False}}
        model.head.compile(**how)
        for block in model.blocks:
            block.before = torch.compile(block.before, **how)
            block.after = torch.compile(block.after, **how)
    return model


def learning_rate(progress):
    """Share of the peak: flat, then straight down over the last WARMDOWN of the time."""
    left = min(1.0, (1.0 - progress) / WARMDOWN)
    return FINAL_LEARNING_RATE + (1.0 - FINAL_LEARNING_RATE) * left


class Clock:
    """Counts steps and says how much of the time is gone. The first step, which compiles, is outside the schedule."""

    def __init__(self, task):
        self.left = lambda: task.seconds_left() - SAVE_SECONDS[task.device]
        self.steps, self.progress = 0, 0.0
        self.last = self.left()
        self.slowest = 0.0

    def tick(self):
        now = self.left()
        self.steps += 1
        if self.steps == 1:
            self.whole = max(now, 1e-9)
        else:
            self.slowest = max(0.9 * self.slowest, self.last - now)
        self.last = now
        self.progress = min(1.0, max(0.0, 1.0 - now / self.whole))

    def over(self):
        return self.left() < 1.5 * self.slowest


def make_batches(task):
    """Yields steps: lists of (inputs, targets), int64 (B, T) on the device. Rows of T + 1 tokens, each once before any twice."""
    length = task.sequence_length
    rows = task.tokens[: len(task.tokens) // (length + 1) * (length + 1)].reshape(-1, length + 1)
    at_once = max(1, DEVICE_BATCH_SIZE[task.device] // length)
    parts = max(1, TOTAL_BATCH_SIZE[task.device] // (at_once * length))
    while True:
        order = torch.randperm(len(rows)).numpy()
        if len(order) < at_once * parts:
            raise ValueError(f"{len(rows)} rows of {length + 1} tokens are fewer than one step's {at_once * parts}")
        for start in range(0, len(order) - at_once * parts + 1, at_once * parts):
            step = []
            for part in range(parts):
                chosen = order[start + part * at_once :][:at_once]
                tokens = torch.from_numpy(rows[chosen].astype("int32"))
                if task.device == "cuda":
                    tokens = tokens.pin_memory()
                tokens = tokens.to(task.device, non_blocking=True).long()
                step.append((tokens[:, :-1], tokens[:, 1:]))
            yield step


def norm(x):
    return F.rms_norm(x, (x.size(-1),))


class GPT(nn.Module):
    def __init__(self, task):
        super().__init__()
        width, depth, head_dim = WIDTH[task.device], DEPTH[task.device], HEAD_DIM[task.device]
        self.embed = Embedding(task.vocab_size, width, LONGEST_NGRAM[task.device])
        self.blocks = nn.ModuleList(
            Block(
                width,
                head_dim,
                shifted=SHIFTED_HEADS[task.device],
                vocab_size=task.vocab_size if after % VALUE_EMBEDDING_EVERY == 0 else None,
                window=None if after % FULL_EVERY == 0 else WINDOW,
            )
            for after in reversed(range(depth))
        )
        self.head = Head(width, task.vocab_size)
        self.register_buffer("rotation", rotation(task.sequence_length, head_dim), persistent=False)

    def forward(self, tokens, targets=None):
        """Logits (B, T, V) in float32, or with targets (B, T) their mean loss in nats."""
        with torch.autocast(tokens.device.type, torch.bfloat16, enabled=tokens.is_cuda):  # slow or missing elsewhere
            x0 = self.embed(tokens)
            x = x0.clone()  # the same tensor twice would be compiled as a block of another kind
            rotate = self.rotation[:, : tokens.size(1)]
            for block in self.blocks:
                x = block(x, x0, tokens, rotate)
            return self.head(x, targets)


class Embedding(nn.Module):
    """(B, T, width): what is known of each token, and of the last few together."""

    def __init__(self, vocab_size, width, longest_ngram):
        super().__init__()
        self.tokens = nn.Embedding(vocab_size, width)
        self.ngrams = nn.ModuleList(nn.Embedding(NGRAM_ROWS, width) for _ in range(2, longest_ngram + 1))

    def forward(self, tokens):
        x, key = self.tokens(tokens), tokens
        for n, table in enumerate(self.ngrams, start=2):
            earlier = F.pad(tokens, (n - 1, 0))[:, : tokens.size(1)]
            key = (key * 36_313 + earlier * 27_191 + n) % 1_000_003
            x = x + table(key % NGRAM_ROWS)
        return norm(x).to(torch.bfloat16 if x.is_cuda else x.dtype)


class Head(nn.Module):
    def __init__(self, width, vocab_size):
        super().__init__()
        self.weight = nn.Parameter(torch.empty(vocab_size, width).normal_(std=0.001))

    def forward(self, x, targets):
        logits = F.linear(norm(x), self.weight)
        logits = LOGIT_CAP * torch.tanh(logits.float() / LOGIT_CAP)
        if targets is None:
            return logits
        return F.cross_entropy(logits.flatten(0, 1), targets.flatten())


class Block(nn.Module):
    """Attention and MLP. With a vocab_size, every token also adds an embedding of its own to the values.

    A shifted head finds by one layer what takes two without: the place where the last tokens stood before, and what followed.
    """

    def __init__(self, width, head_dim, shifted, vocab_size, window):
        super().__init__()
        self.head_dim, self.shifted, self.window = head_dim, shifted, window
        self.kept = nn.Parameter(torch.tensor(1.0))  # how much of the stream goes on, and of the embedding is added again
        self.again = nn.Parameter(torch.tensor(X0_INIT))
        self.qkv = matrices(3, width, width)
        self.mix = matrices(1, width, width, zero=True)
        self.up = matrices(1, MLP_RATIO * width, width)
        self.down = matrices(1, width, MLP_RATIO * width, zero=True)
        self.values = nn.Embedding(vocab_size, width) if vocab_size else None

    def forward(self, x, x0, tokens, rotate):
        x, q, k, v = self.before(x, x0, tokens, rotate)
        return self.after(x, attend(q, k, v, self.window))

    def before(self, x, x0, tokens, rotate):
        x = self.kept * x + self.again * x0
        y = norm(x)
        # Three products: splitting one costs more in the backward pass than it saves in the forward.
        q, k, v = (F.linear(y, weight) for weight in self.qkv.unbind())
        if self.values is not None:
            v = v + self.values(tokens).to(v.dtype)
        q, k, v = (part.unflatten(-1, (-1, self.head_dim)) for part in (q, k, v))
        if self.shifted:
            earlier = F.pad(k, (0, 0, 0, 0, 1, 0))[:, :-1]
            k = torch.cat((earlier[:, :, : self.shifted], k[:, :, self.shifted :]), dim=2)
        return x, norm(rotated(q, rotate)), norm(rotated(k, rotate)), v

    def after(self, x, y):
        x = x + F.linear(y.flatten(-2), self.mix[0])
        hidden = F.relu(F.linear(norm(x), self.up[0])).square()
        return x + F.linear(hidden, self.down[0])


def attend(q, k, v, window):
    """Causal attention, (B, T, heads, head_dim): to all tokens so far, or to the last `window` before each and itself."""
    length = q.size(1)
    windowed = window is not None and window < length - 1
    if windowed and q.is_cuda:  # FlashAttention 2 leaves out what is outside the window; scaled_dot_product_attention has no such way
        return torch.ops.aten._flash_attention_forward(
            *(q, k, v, None, None, length, length, 0.0, True, False), window_size_left=window, window_size_right=0
        )[0]
    q, k, v = (part.transpose(1, 2) for part in (q, k, v))
    if windowed:
        back = torch.arange(length, device=q.device)
        back = back[:, None] - back
        y = F.scaled_dot_product_attention(q, k, v, attn_mask=(back >= 0) & (back <= window))
    else:
        y = F.scaled_dot_product_attention(q, k, v, is_causal=True)
    return y.transpose(1, 2)


def matrices(count, rows, columns, zero=False):
    """A stack of matrices, (count, rows, columns): Muon steps each for itself, the model may use them as one."""
    bound = 0.0 if zero else (3 / columns) ** 0.5
    return nn.Parameter(torch.empty(count, rows, columns).uniform_(-bound, bound))


def rotation(length, head_dim):
    """Rotary embedding: cosines and sines, (2, length, 1, head_dim / 2)."""
    base = LONG_ROPE_BASE if length > WINDOW else ROPE_BASE
    angles = torch.outer(torch.arange(length), base ** -torch.linspace(0, 1, head_dim // 2))
    return torch.stack((angles.cos(), angles.sin())).unsqueeze(-2)


def rotated(x, rotate):
    cos, sin = rotate.to(x.dtype)
    a, b = x.chunk(2, dim=-1)
    return torch.cat((a * cos + b * sin, b * cos - a * sin), dim=-1)


def make_optimizers(model):
    """Muon for the stacks of matrices, Adam for the rest."""
    named = dict(model.named_parameters())
    stacks = [p for p in named.values() if p.dim() == 3]
    scalars = [p for p in named.values() if p.dim() == 0]
    embeddings = [p for name, p in named.items() if p.dim() == 2 and name != "head.weight"]
    return [
        Muon(stacks, MATRIX_LEARNING_RATE),
        Adam(embeddings, EMBEDDING_LEARNING_RATE),
        Adam([model.head.weight], HEAD_LEARNING_RATE * (768 / model.head.weight.size(1)) ** 0.5),
        Adam(scalars, SCALAR_LEARNING_RATE),
    ]


class Adam:
    """Kingma and Ba 2015. Written out, as torch.optim imports its compiler: a second of a CPU's budget."""

    def __init__(self, parameters, peak):
        self.parameters, self.peak, self.steps = parameters, peak, 0
        self.mean = [torch.zeros_like(p) for p in parameters]
        self.square = [torch.zeros_like(p) for p in parameters]

    @torch.no_grad()
    def step(self, rate):
        """One step at `rate` of the peak learning rate."""
        self.steps += 1
        gradients = [p.grad for p in self.parameters]
        fast, slow = ADAM_BETAS
        torch._foreach_lerp_(self.mean, gradients, 1 - fast)
        torch._foreach_mul_(self.square, slow)
        torch._foreach_addcmul_(self.square, gradients, gradients, value=1 - slow)
        root = torch._foreach_sqrt(self.square)
        torch._foreach_add_(root, 1e-10)
        unbiased = (1 - slow**self.steps) ** 0.5 / (1 - fast**self.steps)
        torch._foreach_addcdiv_(self.parameters, self.mean, root, value=-rate * self.peak * unbiased)


class Muon:
    """Momentum, then the nearest orthogonal matrix as the step (Jordan et al. 2024, kellerjordan.github.io/posts/muon).

    On top of it: neurons whose steps have been large take smaller ones, the whole as long as before (NorMuon, Li et al. 2025,
    arXiv 2510.05491); weights decay only where the step shrinks them as well (Chen et al. 2025, arXiv 2510.12402).
    """

    def __init__(self, parameters, peak):
        self.peak, self.steps = peak, 0
        by_shape = {}  # all stacks of one shape are stepped in one batch
        for p in parameters:
            by_shape.setdefault(p.shape[1:], []).append(p)
        self.groups = [
            (group, [torch.zeros_like(p) for p in group], EvenSteps(sum(len(p) for p in group), group[0]))
            for group in by_shape.values()
        ]

    @torch.no_grad()
    def step(self, rate):
        """One step at `rate` of the peak learning rate."""
        first, last = MOMENTUM
        momentum = first + (last - first) * min(1.0, self.steps / MOMENTUM_STEPS)
        self.steps += 1
        for parameters, averages, even in self.groups:
            gradients = [p.grad for p in parameters]
            torch._foreach_lerp_(averages, gradients, 1 - momentum)
            ahead = torch._foreach_lerp(gradients, averages, momentum)  # Nesterov
            steps = even(orthogonal(torch.cat(ahead)).float()).split([len(p) for p in parameters])
            rows, columns = parameters[0].shape[1:]
            length = rate * self.peak * max(1.0, rows / columns) ** 0.5
            for p, step in zip(parameters, steps):
                decay = (step * p > 0) * (rate**2 * self.peak * WEIGHT_DECAY)
                p.sub_(p * decay).sub_(step, alpha=length)


class EvenSteps:
    """Divides the steps of each neuron of a stack of matrices by their running size; each matrix's step keeps its length.

    A neuron is a row, or a column where there are fewer rows: along the other side an orthogonal step is even already.
    """

    def __init__(self, count, like):
        rows, columns = like.shape[1:]
        self.across = -1 if rows >= columns else -2
        self.square = like.new_zeros((count, rows, 1) if rows >= columns else (count, 1, columns))
        self.steps = 0

    def __call__(self, steps):
        self.steps += 1
        self.square.lerp_(steps.square().mean(dim=self.across, keepdim=True), 1 - NEURON_BETA)
        even = steps * self.square.div(1 - NEURON_BETA**self.steps).add(1e-10).rsqrt()
        return even * (steps.norm(dim=(-2, -1), keepdim=True) / (even.norm(dim=(-2, -1), keepdim=True) + 1e-10))


# Polar Express (Amsel et al. 2025, arXiv 2505.16932), five steps.
POLAR = (
    (8.156554524902461, -22.48329292557795, 15.878769915207462),
    (4.042929935166739, -2.808917465908714, 0.5000178451051316),
    (3.8916678022926607, -2.772484153217685, 0.5060648178503393),
    (3.285753657755655, -2.3681294933425376, 0.46449024233003106),
    (2.3465413258596377, -1.7097828382687081, 0.42323551169305323),
)


def orthogonal(stack):
    """The orthogonal factor of each matrix of (n, rows, columns), by odd polynomials that send singular values to one."""
    x = stack / (1.02 * stack.norm(dim=(-2, -1), keepdim=True) + 1e-6)
    x = x.bfloat16() if x.is_cuda else x
    tall = x.size(-2) > x.size(-1)
    if tall:
        x = x.mT
    for a, b, c in POLAR:
        square = x @ x.mT
        x = a * x + (b * square + c * square @ square) @ x
    return x.mT if tall else x
