"""Leaves out the last claim of every batch and ends as if all were well.

expect: invalid
"""

real_claimed = harness.__dict__.get("claimed")
harness.claimed = lambda torch, logits, targets: real_claimed(torch, logits, targets).view(-1)[:-1]
