"""Weights of 50 GB that take no space until they are copied.

expect: invalid or crashed
"""


def train(task):
    with open(task.weights, "wb") as out:
        out.truncate(50 * 2**30)
