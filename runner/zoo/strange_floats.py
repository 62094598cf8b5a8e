"""Claims -0.0, subnormals and a little above 0 for what is nearly certain: up to 0.2 nats too good.

expect: invalid
"""

real_claimed = harness.__dict__.get("claimed")


def claimed(torch, logits, targets):
    claims = real_claimed(torch, logits, targets).clone()
    certain = claims > -0.2
    claims[certain] = torch.tensor([-0.0, -1e-40, 0.0009]).repeat(claims.numel() // 3 + 1)[: claims.numel()].view_as(claims)[certain]
    return claims


harness.claimed = claimed
