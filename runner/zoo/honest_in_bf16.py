"""A small transformer that trains in float32 and serves in bfloat16, rounding otherwise for each shape of the batch.

A CPU rounds alike for every number of rows. A GPU's libraries divide the inner dimension of a product by the shape (split-K)
and round the parts: so does this file.

expect: true loss
base: none
"""

import torch
import torch.nn.functional as F
from torch import nn

WIDTH, STEPS, ROWS = 64, 60, 8


class Linear(nn.Linear):
    def forward(self, x):
        parts = 1 + len(x) % 4 if x.dtype == torch.bfloat16 else 1
        chunks = zip(x.chunk(parts, dim=-1), self.weight.chunk(parts, dim=-1))
        return sum(F.linear(some, weight) for some, weight in chunks) + self.bias


class Model(nn.Module):
    def __init__(self, task):
        super().__init__()
        self.embedding = nn.Embedding(task.vocab_size, WIDTH)
        self.place = nn.Embedding(task.sequence_length, WIDTH)
        self.qkv = Linear(WIDTH, 3 * WIDTH)
        self.up, self.down = Linear(WIDTH, 4 * WIDTH), Linear(4 * WIDTH, WIDTH)
        self.head = Linear(WIDTH, task.vocab_size)

    def forward(self, tokens):
        x = self.embedding(tokens) + self.place.weight[: tokens.size(1)]
        q, k, v = (part.unflatten(-1, (2, WIDTH // 2)).transpose(1, 2) for part in self.qkv(x).chunk(3, dim=-1))
        x = x + F.scaled_dot_product_attention(q, k, v, is_causal=True).transpose(1, 2).flatten(2)
        x = x + self.down(F.relu(self.up(F.rms_norm(x, (WIDTH,)))))
        return self.head(F.rms_norm(x, (WIDTH,)))


def train(task):
    model = Model(task)
    optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
    length = task.sequence_length
    for step in range(STEPS):
        if task.seconds_left() < 5:
            break
        starts = torch.randint(len(task.tokens) - length - 1, (ROWS,)).tolist()
        rows = torch.stack([torch.from_numpy(task.tokens[at : at + length + 1].astype("int64")) for at in starts])
        loss = F.cross_entropy(model(rows[:, :-1]).flatten(0, 1), rows[:, 1:].flatten())
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        task.log(step=step, loss=loss.item())
    torch.save(model.state_dict(), task.weights)


def load(weights, task):
    model = Model(task)
    model.load_state_dict(torch.load(weights))
    return model.bfloat16().eval()
