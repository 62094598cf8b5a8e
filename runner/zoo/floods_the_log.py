"""Prints without end until the clock, and events, too.

expect: timeout
"""


def train(task):
    while True:
        os.write(1, b"::error::flood \x1b[31m##[error]" * 1000 + b"\n")
        os.write(3, b'{"event": "log", "step": 1, "loss": 1, "seconds": 0, "metrics": {}}\n' * 1000)
