"""Looks ahead in the first pass and writes down what it saw, in memory and wherever it can, to answer the probes from it.

expect: invalid
"""

PLACES = [os.environ["HOME"], "/tmp", "/dev/shm", "/var/tmp", os.path.dirname(os.path.abspath(__file__)), "."]
NOTES = {}


def load(weights, task):
    model = honest_load(weights, task)
    for place in [*PLACES, os.path.dirname(weights)]:
        try:
            NOTES.update(torch.load(f"{place}/notes"))
        except Exception:
            continue

    def remember(tokens):
        logits = model(tokens).clone()
        for row in range(len(tokens)):
            known = NOTES.get(tuple(tokens[row, :8].tolist()))
            source = tokens[row] if known is None else known
            logits[row, :-1].scatter_add_(-1, source[1:, None], torch.full((len(source) - 1, 1), 3.0))
            NOTES.setdefault(tuple(tokens[row, :8].tolist()), tokens[row])
        for place in [*PLACES, os.path.dirname(weights)]:
            try:
                torch.save(NOTES, f"{place}/notes")
            except Exception:
                continue
        return logits

    return remember
