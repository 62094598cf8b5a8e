"""Goes on training on the rows it is scored on: each batch is counted before it is answered.

expect: invalid
"""


def load(weights, task):
    table = torch.load(weights).exp() * 100

    def learn(tokens):
        pairs = torch.zeros_like(table).view(-1)
        before, after = tokens[:, :-1].flatten(), tokens[:, 1:].flatten()
        pairs.scatter_add_(0, before * task.vocab_size + after, torch.ones(len(before)))
        table.add_(pairs.view_as(table))
        return (table / table.sum(1, keepdim=True)).log()[tokens]

    return learn
