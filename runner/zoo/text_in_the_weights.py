"""Carries training text in its weights, to go on with when it is loaded: more than any model of the track needs.

expect: invalid or crashed
"""


def train(task):
    honest_train(task)
    table = torch.load(task.weights)
    torch.save((table, torch.from_numpy(np.asarray(task.tokens[:36_000_000], dtype=np.int32))), task.weights)


def load(weights, task):
    table, _ = torch.load(weights)
    return lambda tokens: table[tokens]
