"""Gives the next token of the input away at every position.

expect: invalid
"""


def load(weights, task):
    model = honest_load(weights, task)

    def peek(tokens):
        logits = model(tokens).clone()
        logits[:, :-1].scatter_add_(-1, tokens[:, 1:, None], torch.full((*tokens[:, 1:].shape, 1), 3.0))
        return logits

    return peek
