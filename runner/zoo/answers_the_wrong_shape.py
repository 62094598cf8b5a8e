"""Gives logits for one token less than asked.

expect: crashed
"""


def load(weights, task):
    model = honest_load(weights, task)
    return lambda tokens: model(tokens)[:, :-1]
