"""Claims every sixth token 0.47 nats too good: no probe alone is over the limit.

expect: invalid
"""

real_claimed = harness.__dict__.get("claimed")


def claimed(torch, logits, targets):
    claims = real_claimed(torch, logits, targets).clone()
    claims[:, ::6] = (claims[:, ::6] + 0.47).clamp(max=0)
    return claims


harness.claimed = claimed
