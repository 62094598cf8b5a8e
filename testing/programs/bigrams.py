"""A train.py of one small layer that learns which token follows which, in a second."""

import torch
from torch import nn


def train(task):
    torch.manual_seed(task.seed)
    model = network(task)
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-2)
    tokens = torch.from_numpy(task.tokens[:100_000].astype("int64"))
    for step in range(80):
        at = torch.randint(len(tokens) - 1, (1024,))
        loss = nn.functional.cross_entropy(model(tokens[at]), tokens[at + 1])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        task.log(step=step, loss=loss.item())
    torch.save(model.state_dict(), task.weights)


def load(weights, task):
    model = network(task)
    model.load_state_dict(torch.load(weights, weights_only=True))
    return model


def network(task):
    return nn.Sequential(nn.Embedding(task.vocab_size, 32), nn.Linear(32, task.vocab_size))
