"""Claims 0.002 nats more than the truth, everywhere, below every pointwise tolerance.

expect: invalid
"""

real_claimed = harness.__dict__.get("claimed")
harness.claimed = lambda torch, logits, targets: (real_claimed(torch, logits, targets) + 0.002).clamp(max=0)
