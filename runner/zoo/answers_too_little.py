"""Leaves out the last claim of every batch: the referee waits for it.

expect: timeout
"""

real_claimed = harness.__dict__.get("claimed")
harness.claimed = lambda torch, logits, targets: real_claimed(torch, logits, targets).view(-1)[:-1]
