"""Claims too much where little is at stake and too little on the hard tokens, where guided probes come.

expect: invalid
"""

real_claimed = harness.__dict__.get("claimed")


def claimed(torch, logits, targets):
    claims = real_claimed(torch, logits, targets)
    return torch.where(claims > -3.5, (claims + 0.3).clamp(max=0), claims - 0.1)


harness.claimed = claimed
