"""Loads at once for the claims, and takes its time when it is probed.

expect: timeout
"""

first = [True]


def load(weights, task):
    model = honest_load(weights, task)

    def answer(tokens):
        if first and sys._getframe(1).f_locals.get("kind") == harness.PROBES:
            first.clear()
            time.sleep(26)
        return model(tokens)

    return answer
