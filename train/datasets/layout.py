"""The folder of a data set: written beside its place, then renamed, so that a folder that exists is whole."""

import hashlib
import json
import shutil
from contextlib import contextmanager
from pathlib import Path

import numpy as np

FILES = ("train.bin", "validation.bin", "heldout.bin", "reserve.bin", "token_bytes.bin")
SCORED = ("validation", "heldout", "reserve")


class DataError(Exception):
    """What happened, to which file, and what to do."""


def finished(folder):
    return (folder / "meta.json").is_file()


@contextmanager
def building(folder, **meta):
    """Yields a temporary folder to write FILES to; on success writes meta.json and moves the folder to its place.

    meta: name, version, vocab_size, sequence_length, and `expected`, the sha256 of each file where it is known beforehand.
    """
    expected = meta.pop("expected", None)
    part = folder.with_name(f".{folder.name}.part")
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir(parents=True)
    try:
        yield part
        settle(folder, part, meta, expected)
    except BaseException:
        shutil.rmtree(part, ignore_errors=True)  # it may be what fills the disk
        raise


def settle(folder, part, meta, expected):
    """Checks what was written, describes it in meta.json and gives it its name."""
    files = {name: {"bytes": (part / name).stat().st_size, "sha256": sha256(part / name)} for name in FILES}
    if expected:
        for name, digest in expected.items():
            if files[name]["sha256"] != digest:
                raise DataError(
                    f"{part / name} came out as {files[name]['sha256']}, expected {digest}: what it is made of differs from what "
                    "was pinned; delete uv's cache (`uv cache clean`) and try again"
                )
    row_bytes = 2 * (meta["sequence_length"] + 1)
    rows = {name: files[f"{name}.bin"]["bytes"] // row_bytes for name in SCORED}
    for name, count in rows.items():
        if not count:
            raise DataError(f"{name}.bin has no row of {meta['sequence_length'] + 1} tokens: there is too little text for it")
    (part / "meta.json").write_text(json.dumps({**meta, "rows": rows, "files": files}, indent=2) + "\n")
    try:
        part.rename(folder)
    except OSError:
        if not finished(folder):  # else another process was quicker, and made the same
            raise
        shutil.rmtree(part)


def verify(folder):
    """Raises DataError when a file differs from what meta.json says."""
    for name, known in json.loads((folder / "meta.json").read_text())["files"].items():
        if sha256(folder / name) != known["sha256"]:
            raise DataError(f"{folder / name} is damaged: its sha256 is not that of meta.json; delete {folder} and prepare it again")


def sha256(path):
    with Path(path).open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def write_tokens(path, tokens):
    np.asarray(tokens, dtype="<u2").tofile(path)
