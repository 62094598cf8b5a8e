"""Claims an infinite log-probability for one target.

expect: invalid
"""

real_claimed = harness.__dict__.get("claimed")


def claimed(torch, logits, targets):
    claims = real_claimed(torch, logits, targets).clone()
    claims[0, 0] = float("inf")
    return claims


harness.claimed = claimed
