"""Weights that are a named pipe, on which a reader would never get an answer.

expect: invalid
"""


def train(task):
    os.mkfifo(task.weights)
