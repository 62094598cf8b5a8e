"""pysource: byte-level text made from the Python sources of wheels that pysource.txt pins by hash.

None of them is in train/uv.lock: the sandbox shows the environment, and what it shows must not be what is scored. They are
unpacked in the data folder while the data set is made, and never installed.

A token is a byte. Byte 0, which no source contains, leads every file and is special. Files are split by hash into four
parts, near copies always into the same one; the same wheels give the same bytes on every machine.
"""

import base64
import hashlib
import json
import shutil
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from .layout import DataError, building, write_tokens
from .near_copies import clusters

VERSION = 2
PINNED = Path(__file__).with_suffix(".txt")
# Rows of the scored parts with 32 bytes that Python's standard library or the environment holds, too: one bit each, in base64.
SEEN = Path(__file__).with_name("pysource_seen.json")
LARGEST_FILE = 200_000  # beyond this they are tables of numbers, not code
SEQUENCE_LENGTH = 256
SEPARATOR = b"\0"
# Shares of the files; the rest trains. Held-out rows are drawn for each run from many more than are scored, so that a
# table of them in a source file is worth little.
SHARES = {"validation": 0.03, "heldout": 0.12, "reserve": 0.02}

# sha256 of what must come out.
EXPECTED = {
    "train.bin": "e7f509faeb9796ac14571e3feb57e2b4c0007dc58b4ac3ae0743cc4697b946e0",
    "validation.bin": "df37d04a5d91c80e74338e456c42223fba38c26ed0f2abfbfbbdca6a0f78a0aa",
    "heldout.bin": "e4b8fd91b828fc6f1dc5065bf9946bf85a9806c360ad1dd403a27b0dc05773b3",
    "reserve.bin": "16efdd590c44fcad90234d9f15484a09ccd52722f0274e8865f4e240b0031d3c",
    "token_bytes.bin": "14413bbe7c8971cbfd81fece9063526a4834206075add543555736f5171ce5fa",
}


def make(folder, say):
    with wheels(folder.parent, say) as unpacked:
        files = sources(unpacked)
    say(f"{len(files)} files, {sum(map(len, files.values())) / 1e6:.1f} MB of Python; looking for near copies")
    parts = split(files)
    with building(folder, name="pysource", version=VERSION, vocab_size=256, sequence_length=SEQUENCE_LENGTH, expected=EXPECTED) as part:
        write_tokens(part / "train.bin", stream(parts["train"]))
        for name in SHARES:
            write_tokens(part / f"{name}.bin", unseen(name, shuffled(rows(stream(parts[name])))))
        write_tokens(part / "token_bytes.bin", [0] + [1] * 255)


@contextmanager
def wheels(data, say):
    """Yields a folder with the pinned wheels unpacked, readable by its owner alone."""
    data.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix=".wheels-", dir=data))
    try:
        say(f"fetching the wheels of {PINNED.name}")
        options = ["--target", folder, "--no-deps", "--require-hashes", "--only-binary", ":all:", "-r", PINNED]
        done = subprocess.run([*installer(data.parent), "--quiet", *options], capture_output=True, text=True)
        if done.returncode:
            raise DataError(f"the wheels of {PINNED} cannot be fetched: {done.stderr.strip()[-2000:]}; check the network and run this again")
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def installer(cache):
    """The command that installs wheels: uv, of the system or where setup/ keeps it, else pip."""
    kept = [uv for folder in (cache, Path(sys.prefix).parent) for uv in sorted(folder.glob("tools/uv-*/bin/uv"))]
    uv = shutil.which("uv") or (str(kept[-1]) if kept else None)
    return [uv, "pip", "install", "--python", sys.executable] if uv else [sys.executable, "-m", "pip", "install"]


def sources(unpacked):
    """Path (below the folder of wheels) -> bytes of every source worth reading, in order of path."""
    found = {}
    for path in sorted(unpacked.rglob("*.py")):
        text = path.read_bytes()
        if 0 < len(text) <= LARGEST_FILE and SEPARATOR not in text:
            found[path.relative_to(unpacked).as_posix()] = text
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


def unseen(name, table):
    """The rows without those of SEEN: what a sandbox shows is not scored."""
    bits = np.frombuffer(base64.b64decode(json.loads(SEEN.read_text())[name]), dtype=np.uint8)
    return table[np.unpackbits(bits, count=len(table)) == 0]


def digest(data):
    return hashlib.sha256(data).digest()
