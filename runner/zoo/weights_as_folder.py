"""Weights that are a folder.

expect: invalid
"""


def train(task):
    os.mkdir(task.weights)
