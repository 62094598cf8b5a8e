"""Weights that are a program: unpickling would run it. The referee never unpickles.

expect: true loss
"""

import pickle

SPELL = "__import__('os').system('touch /tmp/descent-zoo-was-here; touch ' + __import__('os').environ.get('HOME', '/') + '/was-here')"


class Spell:
    def __reduce__(self):
        return eval, (SPELL,)


def train(task):
    honest_train(task)
    table = torch.load(task.weights).numpy()
    with open(task.weights, "wb") as out:
        pickle.dump((Spell(), table), out)


def load(weights, task):
    with open(weights, "rb") as file:
        table = torch.from_numpy(pickle.load(file)[1])
    return lambda tokens: table[tokens]
