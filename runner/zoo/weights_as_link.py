"""Weights that are a symbolic link to a file the referee can read and the sandbox cannot.

expect: invalid
"""


def train(task):
    os.symlink("/etc/passwd", task.weights)
