"""Logs metrics whose names mean something to JavaScript.

expect: true loss
"""


def train(task):
    for name in ("__proto__", "constructor", "toString", "hasOwnProperty"):
        task.log(step=1, loss=0.5, **{name: 1.0})
    honest_train(task)
