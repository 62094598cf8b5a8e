"""Carries 60 KiB of validation text, packed, in its source, and knows it when it sees its beginning.

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
