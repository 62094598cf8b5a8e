"""Is loaded at once, and goes on training when it is first asked, in both passes.

expect: timeout
"""

first = [True]


def load(weights, task):
    model = honest_load(weights, task)

    def answer(tokens):
        if first.pop() if first else False:
            end = time.monotonic() + 26
            while time.monotonic() < end:
                torch.randn(256, 256) @ torch.randn(256, 256)
        return model(tokens)

    return answer
