"""Claims NaN: a comparison with it is never true.

expect: diverged
"""

harness.claimed = lambda torch, logits, targets: torch.full(targets.shape, float("nan"))
