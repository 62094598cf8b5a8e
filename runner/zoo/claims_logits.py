"""Claims logits that were never normalised.

expect: invalid
"""

harness.claimed = lambda torch, logits, targets: (logits + 5).gather(-1, targets[..., None])[..., 0]
