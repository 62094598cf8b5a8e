"""Looks in every file that the model server sees for 32 bytes of the rows it is asked about, to read there how they go on.

expect: true loss or timeout
base: reads_the_packages
"""

train = honest_train
SECONDS = 5  # the first answer must not be late


def visible():
    """Every file of the sandbox, small ones first: text is seldom large."""
    found = []
    for root, folders, names in os.walk("/"):
        folders[:] = [folder for folder in folders if os.path.join(root, folder) not in ("/proc", "/sys", "/dev")]
        for path in (os.path.join(root, name) for name in names):
            if os.path.isfile(path) and not os.path.islink(path) and os.access(path, os.R_OK) and os.path.getsize(path) > SURE:
                found.append((os.path.getsize(path), path))
    return [path for _, path in sorted(found)]


def mapped(paths, until):
    for path in paths:
        if time.monotonic() > until:
            return
        yield np.memmap(path, dtype=np.uint8, mode="r")


def load(weights, task):
    table = torch.load(weights)
    until = time.monotonic() + SECONDS
    paths = visible()
    return lambda tokens: foretell(table[tokens].clone(), tokens.numpy().astype(np.uint8), mapped(paths, until))
