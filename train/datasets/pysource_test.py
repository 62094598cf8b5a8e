"""No file and no near copy is in two parts."""

import re
from contextlib import nullcontext

import numpy as np
import pytest

from . import pysource
from .layout import DataError
from .near_copies import BOILERPLATE, SHARED, clusters, shingles


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    with pysource.wheels(tmp_path_factory.mktemp("cache") / "data", lambda line: None) as unpacked:
        return pysource.sources(unpacked)


@pytest.fixture(scope="module")
def parts(files):
    return pysource.split(files)


def test_every_file_is_in_exactly_one_part(files, parts):
    everything = [text for texts in parts.values() for text in texts]
    assert len(everything) == len(set(everything)) == len(set(files.values()))


def test_no_scored_file_shares_a_fifth_of_its_passages_with_a_file_of_another_part(parts):
    """Looks every passage of every scored file up among all files, instead of trusting the clusters."""
    files = [(name, shingles(text)) for name, texts in parts.items() for text in texts]
    part = np.array([name for name, _ in files])
    hashes = np.concatenate([passages for _, passages in files])
    owners = np.repeat(np.arange(len(files)), [len(passages) for _, passages in files])
    order = np.argsort(hashes, kind="stable")
    hashes, owners = hashes[order], owners[order]
    for name, passages in files:
        if name == "train":
            continue
        first, last = np.searchsorted(hashes, passages, "left"), np.searchsorted(hashes, passages, "right")
        rare = last - first <= BOILERPLATE
        sharing = [owners[a:b] for a, b in zip(first[rare], last[rare])]
        shared = np.bincount(np.concatenate(sharing), minlength=len(files)) if sharing else np.zeros(len(files))
        for other in np.flatnonzero((part != name) & (shared > 0)):
            assert shared[other] < SHARED * min(len(passages), len(files[other][1]))


def lines(first, last):
    return b"".join(b"value_%d = compute(%d, other_%d)\n" % (i, i * i, i + 7) for i in range(first, last))


def test_edited_moved_and_swallowed_copies_are_found_and_strangers_are_not():
    original = lines(0, 100)
    edited = original.replace(b"value_50", b"renamed").replace(b"value_10", b"renamed_too")
    indented = original.replace(b"\n", b"\n    ")
    swallowed = lines(500, 900) + original + lines(900, 1200)
    stranger = lines(2000, 2100)
    assert sorted(clusters([original, stranger, edited, indented, swallowed])) == [[0, 2, 3, 4], [1]]


def test_copies_of_copies_stay_together():
    chain = [lines(0, 100), lines(60, 160), lines(120, 220)]
    assert clusters(chain) == [[0, 1, 2]]


def test_rows_do_not_overlap_and_files_are_led_by_the_separator():
    tokens = pysource.stream([b"a" * 300, b"b" * 300])
    assert tokens[0] == tokens[301] == 0
    table = pysource.rows(tokens)
    assert table.shape == (2, 257)
    assert table.reshape(-1).tolist() == tokens[: 2 * 257].tolist()


def test_a_wheel_with_another_hash_is_refused_with_the_fix(monkeypatch, tmp_path):
    pinned = tmp_path / "pysource.txt"
    pinned.write_text("sqlglot==30.30.0 --hash=sha256:" + "0" * 64 + "\n")
    monkeypatch.setattr(pysource, "PINNED", pinned)
    with pytest.raises(DataError, match="cannot be fetched"), pysource.wheels(tmp_path / "data", lambda line: None):
        pass
    assert not list((tmp_path / "data").iterdir())


def test_no_wheel_is_one_of_the_environment():
    locked = (pysource.PINNED.parents[1] / "uv.lock").read_text()
    names = re.findall(r"^([a-z]+)==", pysource.PINNED.read_text(), re.MULTILINE)
    assert len(names) == 7
    assert [name for name in names if f'name = "{name}"' in locked] == []


def test_other_sources_than_expected_are_refused_and_leave_nothing(monkeypatch, tmp_path):
    monkeypatch.setattr(pysource, "wheels", lambda data, say: nullcontext(data))
    monkeypatch.setattr(pysource, "unseen", lambda name, table: table)
    monkeypatch.setattr(pysource, "sources", lambda unpacked: {f"{i}.py": lines(i * 1000, i * 1000 + 300) for i in range(100)})
    with pytest.raises(DataError, match="what it is made of differs"):
        pysource.make(tmp_path / "data" / "pysource", lambda line: None)
    assert not (tmp_path / "data" / "pysource").exists()
