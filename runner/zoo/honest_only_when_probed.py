"""Reads in its caller which kind of request it answers: looks ahead for claims, is honest for probes.

expect: invalid
"""


def load(weights, task):
    model = honest_load(weights, task)

    def peek(tokens):
        logits = model(tokens).clone()
        if sys._getframe(1).f_locals.get("kind") != harness.PROBES:
            logits[:, :-1].scatter_add_(-1, tokens[:, 1:, None], torch.full((*tokens[:, 1:].shape, 1), 3.0))
        return logits

    return peek
