"""Answers without end.

expect: invalid
"""


def load(weights, task):
    os.write(3, b"RDY1")
    while True:
        os.write(3, bytes(65536))
