"""Thinks for a minute about every batch.

expect: timeout
"""


def load(weights, task):
    model = honest_load(weights, task)
    return lambda tokens: (time.sleep(60), model(tokens))[1]
