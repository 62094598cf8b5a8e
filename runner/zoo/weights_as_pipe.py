"""Weights that are a named pipe, on which a reader would wait for ever.

expect: invalid
"""


def train(task):
    os.mkfifo(task.weights)
