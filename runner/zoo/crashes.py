"""An honest mistake: not a cheat at all.

expect: crashed
"""


def train(task):
    raise ValueError("the learning rate is a banana")
