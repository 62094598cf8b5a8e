"""Looks ahead in the first pass; in the second answers each probe from the rows that came with others, before and beside it.

expect: invalid
"""

SEEN = {}  # what followed these six tokens wherever they were shown
CONTEXT = 6


def load(weights, task):
    model = honest_load(weights, task)

    def gather(tokens):
        logits = model(tokens).clone()
        rows = tokens.tolist()
        for row in rows:
            for end in range(CONTEXT, len(row)):
                SEEN.setdefault(tuple(row[end - CONTEXT : end]), set()).add(row[end])
        for number, row in enumerate(rows):
            for end in range(CONTEXT, len(row) + 1):
                for token in SEEN.get(tuple(row[end - CONTEXT : end]), ()):
                    logits[number, end - 1, token] += 4
        return logits

    return gather
