"""Claims NaN: a comparison with it is never true.

expect: invalid
"""

harness.claimed = lambda torch, logits, targets: torch.full(targets.shape, float("nan"))
