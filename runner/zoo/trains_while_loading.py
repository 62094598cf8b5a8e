"""Goes on counting in load(), the same in both passes, for longer than loading takes.

expect: timeout
"""


def load(weights, task):
    table = honest_load(weights, task)
    end = time.monotonic() + 28  # of the 30 that a pass may take
    while time.monotonic() < end:
        torch.randn(256, 256) @ torch.randn(256, 256)
    return table
