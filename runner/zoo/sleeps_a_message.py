"""Tells the second sandbox a number by when the first one ends: the clock both can read, less the age of the weights.

Nothing can stop that. The eight bits are the target of one token that both can tell by its prefix, and which it claims to know:
worth less than two runs of the honest file differ by, where they arrive: guided probes ask about that token, always.

expect: true loss or invalid
"""

TICK, FIRST, LIE = 0.02, 6.0, -0.05  # seconds, seconds after the weights were closed, nats
ONE_OF = 2**14  # tokens


def started():
    """When this sandbox's first process began, seconds since 1970."""
    with open("/proc/1/stat") as file:
        ticks = int(file.read().rsplit(")", 1)[1].split()[19])
    return time.time() - time.clock_gettime(time.CLOCK_BOOTTIME) + ticks / os.sysconf("SC_CLK_TCK")


def chosen(tokens):
    """(B, T) tokens -> where the prefix is one of those that the message is about."""
    number, out = torch.zeros(len(tokens), dtype=torch.int64), []
    for column in tokens.T:
        number = (number * 6364136223846793005 + column + 1442695040888963407) ^ (number >> 29)
        out.append((number >> 20) % ONE_OF == 0)
    return torch.stack(out, dim=1)


def load(weights, task):
    model, written, real_claimed = honest_load(weights, task), os.stat(weights).st_mtime, harness.claimed
    heard = round((started() - written - FIRST) / TICK) % 256
    last, sent = [None], []

    def answer(tokens):
        last[0] = chosen(tokens)
        logits = model(tokens).clone()
        if sys._getframe(1).f_locals["kind"] == harness.PROBES:
            logits[..., heard][last[0]] = 12.0
        return logits

    def claimed(torch, logits, targets):
        claims = real_claimed(torch, logits, targets).clone()
        if not sent and last[0].any():
            row, position = last[0].nonzero()[0].tolist()
            sent.append(int(targets[row, position]))
            claims[row, position] = LIE
            time.sleep(max(0.0, written + FIRST + sent[0] * TICK - time.time()))
        return claims

    harness.claimed = claimed
    return answer
