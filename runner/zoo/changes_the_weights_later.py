"""Writes better weights in the first scoring sandbox, for the second to load.

expect: true loss
"""


def load(weights, task):
    model = honest_load(weights, task)
    for action in (
        lambda: os.chmod(weights, 0o666),
        lambda: torch.save(torch.zeros(task.vocab_size, task.vocab_size), weights),
        lambda: os.truncate(weights, 0),
        lambda: os.remove(weights),
        lambda: os.rename(weights, weights + ".old"),
        lambda: os.symlink("/dev/zero", weights),
    ):
        try:
            action()
        except (OSError, RuntimeError):
            continue
    return model
