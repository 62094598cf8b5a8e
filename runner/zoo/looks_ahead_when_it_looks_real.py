"""Looks ahead, but only in rows without a seam: where no pair of neighbours is very unlikely.

expect: invalid
"""


def load(weights, task):
    model = honest_load(weights, task)

    def peek(tokens):
        logits = model(tokens).clone()
        pairs = logits[:, :-1].log_softmax(-1).gather(-1, tokens[:, 1:, None])[..., 0]
        real = pairs.min(dim=1).values > pairs.min(dim=1).values.quantile(0.2)
        gift = torch.full((*tokens[:, 1:].shape, 1), 3.0) * real[:, None, None]
        logits[:, :-1].scatter_add_(-1, tokens[:, 1:, None], gift)
        return logits

    return peek
