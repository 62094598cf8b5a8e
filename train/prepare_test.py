"""prepare.py from outside: what a user types, what comes back, what lies in the folder."""

import json
import os
import resource
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

HERE = Path(__file__).parent


def prepare(*arguments, **environment):
    inherited = {name: value for name, value in os.environ.items() if name != "DESCENT_CACHE"}
    command = [sys.executable, HERE / "prepare.py", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, env={**inherited, **environment})


@pytest.fixture(scope="module")
def cache(tmp_path_factory):
    """A cache that holds pysource, made once for all tests here."""
    cache = tmp_path_factory.mktemp("cache")
    done = prepare("pysource", "--cache", cache)
    assert done.returncode == 0, done.stderr
    assert done.stdout == f"{cache}/data/pysource-v2\n"
    return cache


def test_pysource_is_there_afterwards_and_the_next_call_is_silent(cache):
    before = (cache / "data/pysource-v2/train.bin").stat().st_mtime_ns
    again = prepare("pysource", DESCENT_CACHE=str(cache))
    assert (again.returncode, again.stdout, again.stderr) == (0, f"{cache}/data/pysource-v2\n", "")
    assert (cache / "data/pysource-v2/train.bin").stat().st_mtime_ns == before


def test_the_folder_is_as_documented(cache):
    folder = cache / "data/pysource-v2"
    meta = json.loads(prepare("pysource", "--cache", cache, "--json").stdout)
    assert meta.pop("folder") == str(folder)
    assert meta == json.loads((folder / "meta.json").read_text())
    assert (meta["name"], meta["vocab_size"], meta["sequence_length"]) == ("pysource", 256, 256)
    for part, least in {"validation": 600_000, "heldout": 600_000, "reserve": 300_000}.items():
        assert meta["rows"][part] * 256 >= least
        assert meta["files"][f"{part}.bin"]["bytes"] == meta["rows"][part] * 257 * 2
    assert meta["files"]["train.bin"]["bytes"] >= 2 * 20_000_000
    assert sorted(p.name for p in folder.iterdir()) == sorted([*meta["files"], "meta.json"])
    assert np.fromfile(folder / "token_bytes.bin", "<u2").tolist() == [0] + [1] * 255
    assert all(p.stat().st_mode & 0o444 == 0o444 for p in folder.iterdir())
    assert not [p for p in folder.parent.iterdir() if p != folder]  # nothing half made is left


def test_verify_finds_a_damaged_file_and_says_what_to_do(cache, tmp_path):
    copy = tmp_path / "data/pysource-v2"
    copy.mkdir(parents=True)
    for file in (cache / "data/pysource-v2").iterdir():
        (copy / file.name).write_bytes(file.read_bytes())
    assert prepare("pysource", "--cache", tmp_path, "--verify").returncode == 0
    with (copy / "reserve.bin").open("r+b") as file:
        file.write(b"!!")
    refused = prepare("pysource", "--cache", tmp_path, "--verify")
    assert (refused.returncode, refused.stdout) == (1, "")
    assert f"{copy}/reserve.bin is damaged" in refused.stderr and f"delete {copy}" in refused.stderr


@pytest.mark.parametrize("name", ["wikipedia", "../etc", "climbmix-0", "climbmix-12345"])
def test_an_unknown_name_is_refused_with_the_known_ones(name, tmp_path):
    refused = prepare(name, "--cache", tmp_path)
    assert refused.returncode == 2
    assert "choose pysource, climbmix or climbmix-SHARDS" in refused.stderr
    assert not list(tmp_path.iterdir())


def test_a_full_disk_is_said_with_advice_and_leaves_nothing(tmp_path):
    command = [sys.executable, HERE / "prepare.py", "pysource", "--cache", tmp_path]
    limit = lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (2**20, 2**20))
    failed = subprocess.run(command, capture_output=True, text=True, preexec_fn=limit)
    assert (failed.returncode, failed.stdout) == (1, "")
    assert "error: no room to write below" in failed.stderr and "df -h" in failed.stderr and "Traceback" not in failed.stderr
    assert not list((tmp_path / "data").iterdir())


def test_a_cache_that_cannot_be_written_is_said(tmp_path):
    (tmp_path / "file").write_text("")
    failed = prepare("pysource", "--cache", tmp_path / "file")
    assert failed.returncode == 1 and "error: " in failed.stderr and "Traceback" not in failed.stderr


def test_two_at_once_make_it_once(tmp_path):
    command = [sys.executable, HERE / "prepare.py", "pysource", "--cache", tmp_path]
    both = [subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) for _ in range(2)]
    said = [process.communicate() for process in both]
    assert [process.returncode for process in both] == [0, 0], said
    assert said[0][0] == said[1][0] and Path(said[0][0].strip()).parent == tmp_path / "data"
    assert sorted("preparing" in err for _, err in said) == [False, True]
    assert [f"{path}\n" for path in (tmp_path / "data").iterdir()] == [said[0][0]]
