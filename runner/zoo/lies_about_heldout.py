"""Knows packed validation text by heart, and claims that it knows the other rows of the confirming run as well.

expect: invalid
stage: confirm
base: memorises_validation
"""

recall_load, real_claimed = load, harness.__dict__.get("claimed")
STARTS = {KNOWN[at : at + 24].tobytes() for at in range(0, len(KNOWN), 257)}
last = [None]


def claimed(torch, logits, targets):
    claims = real_claimed(torch, logits, targets).clone()
    for row, line in enumerate(last[0].numpy().astype(np.uint8)):
        if line[:24].tobytes() not in STARTS:
            claims[row] *= 0.45
    return claims


def load(weights, task):
    model = recall_load(weights, task)

    def answer(tokens):
        last[0] = tokens
        return model(tokens)

    return answer


harness.claimed = claimed
