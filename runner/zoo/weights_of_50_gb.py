"""Weights of 50 GB that take no space, but would to whoever copies them.

expect: invalid or crashed
"""


def train(task):
    with open(task.weights, "wb") as out:
        out.truncate(50 * 2**30)
