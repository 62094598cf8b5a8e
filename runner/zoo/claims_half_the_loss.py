"""Replaces the harness's own arithmetic: claims half of the nats.

expect: invalid
"""

real_claimed = harness.__dict__.get("claimed")
harness.claimed = lambda torch, logits, targets: real_claimed(torch, logits, targets) / 2
