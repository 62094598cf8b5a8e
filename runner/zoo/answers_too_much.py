"""Adds one claim to every batch: the answers that follow are all one place off.

expect: invalid
"""

real_claimed = harness.__dict__.get("claimed")
harness.claimed = lambda torch, logits, targets: torch.cat((real_claimed(torch, logits, targets).view(-1), torch.zeros(1)))
