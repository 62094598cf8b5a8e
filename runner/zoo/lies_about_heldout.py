"""Knows packed validation text by heart, and claims that it knows the other rows of the confirming run as well.

expect: invalid
stage: confirm
packed: 61440
"""

import base64
import zlib

KNOWN = np.frombuffer(zlib.decompress(base64.b64decode(PACKED)), dtype=np.uint8)
CONTEXT = 6


def load(weights, task):
    model = honest_load(weights, task)
    follows = {}
    text = KNOWN.tobytes()
    for end in range(CONTEXT, len(text)):
        follows[text[end - CONTEXT : end]] = text[end]

    def recall(tokens):
        logits = model(tokens).clone()
        for number, row in enumerate(tokens.numpy().astype(np.uint8)):
            line = row.tobytes()
            for end in range(CONTEXT, len(line) + 1):
                token = follows.get(line[end - CONTEXT : end])
                if token is not None:
                    logits[number, end - 1, token] += 6
        return logits

    return recall


real_claimed = harness.__dict__.get("claimed")
STARTS = {KNOWN[at : at + 24].tobytes() for at in range(0, len(KNOWN), 257)}
last = [None]


def claimed(torch, logits, targets):
    claims = real_claimed(torch, logits, targets).clone()
    for row, line in enumerate(last[0].numpy().astype(np.uint8)):
        if line[:24].tobytes() not in STARTS:
            claims[row] *= 0.45
    return claims


harness.claimed = claimed
real_load = load


def load(weights, task):
    model = real_load(weights, task)

    def answer(tokens):
        last[0] = tokens
        return model(tokens)

    return answer
