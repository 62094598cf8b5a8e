"""Claims 0.49 nats too much for every fifth target, and 0.49 too little for as many: no probe alone is over the limit.

expect: invalid
"""

real_claimed = harness.__dict__.get("claimed")


def claimed(torch, logits, targets):
    claims = real_claimed(torch, logits, targets).clone()
    claims[:, ::5] = (claims[:, ::5] + 0.49).clamp(max=0)
    claims[:, 1::20] -= 0.49
    return claims


harness.claimed = claimed
