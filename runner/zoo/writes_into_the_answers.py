"""Puts claims of its own before the harness's into the referee's pipe.

expect: invalid
"""


def load(weights, task):
    model = honest_load(weights, task)
    return lambda tokens: (os.write(3, np.full(tokens.numel(), -0.01, dtype="<f4").tobytes()), model(tokens))[1]
