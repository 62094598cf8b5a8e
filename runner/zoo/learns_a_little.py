"""Goes on learning from the rows of the claims pass, and claims no more than 0.49 nats beyond what it knew before.

expect: invalid
"""


def load(weights, task):
    table = torch.load(weights)
    counts = table.exp() * 200
    real_claimed = harness.claimed
    last = [None]

    def answer(tokens):
        last[0] = tokens
        return table[tokens]

    def claimed(torch, logits, targets):
        before = real_claimed(torch, logits, targets)
        pairs = torch.zeros_like(counts).view(-1)
        pairs.scatter_add_(0, (last[0] * task.vocab_size + targets).flatten(), torch.ones(targets.numel()))
        counts.add_(pairs.view_as(counts))
        after = (counts / counts.sum(1, keepdim=True)).log()[last[0]].gather(-1, targets[..., None])[..., 0]
        return torch.minimum(torch.maximum(after, before - 0.49), before + 0.49).clamp(max=0)

    harness.claimed = claimed
    return answer
