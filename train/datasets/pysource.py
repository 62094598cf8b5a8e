"""pysource: byte-level text made from the Python sources of packages that train/uv.lock pins. Needs no download.

A token is a byte. Byte 0, which no source contains, leads every file and is special. Files are split by hash into four
parts, near copies always into the same one; the same packages give the same bytes on every machine.
"""

import hashlib
from importlib import metadata

import numpy as np

from .layout import DataError, building, write_tokens
from .near_copies import clusters

# Pure Python wheels, the same on every platform. Their versions are exact in pyproject.toml.
PACKAGES = {"sympy": "1.14.0", "networkx": "3.6.1", "mpmath": "1.3.0", "pygments": "2.19.2", "jinja2": "3.1.6"}
LARGEST_FILE = 200_000  # beyond this they are tables of numbers, not code
SEQUENCE_LENGTH = 256
SEPARATOR = b"\0"
# Shares of the files; the rest trains.
SHARES = {"validation": 0.03, "heldout": 0.03, "reserve": 0.02}

# sha256 of what must come out.
EXPECTED = {
    "train.bin": "fdc41beca892b061dd09247297ff3339c8146aecd9e469ab66819ca4e309ef21",
    "validation.bin": "e71e34621b741a99faa06058ca9640e158bf9cfa82dec7e9cdeef278e167ac51",
    "heldout.bin": "1334ba81632d7b034f909369b5c6841a8d5aa7326ed6b68652c01276b4a1db80",
    "reserve.bin": "2efdeeb5c359e694e0e9c576c3283b43ed72e5f4045e128538f35199983c1fdd",
    "token_bytes.bin": "14413bbe7c8971cbfd81fece9063526a4834206075add543555736f5171ce5fa",
}


def make(folder, say):
    files = sources()
    say(f"{len(files)} files, {sum(map(len, files.values())) / 1e6:.1f} MB of Python; looking for near copies")
    parts = split(files)
    with building(folder, name="pysource", version=1, vocab_size=256, sequence_length=SEQUENCE_LENGTH, expected=EXPECTED) as part:
        write_tokens(part / "train.bin", stream(parts["train"]))
        for name in SHARES:
            write_tokens(part / f"{name}.bin", shuffled(rows(stream(parts[name]))))
        write_tokens(part / "token_bytes.bin", [0] + [1] * 255)


def sources():
    """Path (as in the wheel's own list) -> bytes of every source worth reading, in order of path."""
    found = {}
    for package, version in PACKAGES.items():
        try:
            distribution = metadata.distribution(package)
        except metadata.PackageNotFoundError:
            distribution = None
        if distribution is None or distribution.version != version:
            have = "missing" if distribution is None else distribution.version
            raise DataError(f"{package} is {have}, expected {version}; run `uv sync --project train --frozen` and use that environment's python")
        for file in distribution.files:
            if file.suffix == ".py" and not file.is_absolute() and ".." not in file.parts:
                text = file.locate().read_bytes()
                if 0 < len(text) <= LARGEST_FILE and SEPARATOR not in text:
                    found[file.as_posix()] = text
    return dict(sorted(found.items()))


def split(files):
    """Part -> list of texts, in an order that mixes packages. A cluster's own bytes decide where it goes."""
    texts = sorted(set(files.values()), key=digest)
    parts = {"train": [], **{name: [] for name in SHARES}}
    for cluster in clusters(texts):
        place = int.from_bytes(digest(b"pysource" + texts[cluster[0]])[:8], "big") / 2**64
        parts[part_at(place)].append(cluster)
    return {name: [texts[i] for i in sorted(i for cluster in chosen for i in cluster)] for name, chosen in parts.items()}


def part_at(place):
    """The part that owns a place in [0, 1)."""
    for name, share in SHARES.items():
        if place < share:
            return name
        place -= share
    return "train"


def stream(texts):
    """All texts in one array of tokens, each led by the separator."""
    return np.frombuffer(b"".join(SEPARATOR + text for text in texts), dtype=np.uint8)


def rows(tokens):
    """(rows, SEQUENCE_LENGTH + 1): cut without overlap, the rest of the last row dropped."""
    width = SEQUENCE_LENGTH + 1
    return tokens[: len(tokens) // width * width].reshape(-1, width)


def shuffled(table):
    """Rows in an order drawn once for all, so that any first part of them is a fair sample of the files."""
    order = sorted(range(len(table)), key=lambda row: digest(b"row %d" % row))
    return table[order]


def digest(data):
    return hashlib.sha256(data).digest()
