"""Honest but for the hardest 0.05 % of tokens, which it claims to know.

expect: invalid
"""

real_claimed = harness.__dict__.get("claimed")


def claimed(torch, logits, targets):
    claims = real_claimed(torch, logits, targets).clone()
    flat = claims.view(-1)
    flat[flat.topk(max(1, len(flat) // 2000), largest=False).indices] = -0.05
    return claims


harness.claimed = claimed
