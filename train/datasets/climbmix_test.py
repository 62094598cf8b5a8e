"""climbmix over a real HTTP server on loopback, with shards small enough to look at, and a server that stumbles."""

import hashlib
import http.server
import json
import random
import re
import threading
from pathlib import Path

import numpy as np
import pyarrow
import pyarrow.parquet as parquet
import pytest

from . import climbmix
from .download import download
from .layout import DataError
from .packing import packed
from .tokenizer import first_token, token_bytes, trained

WORDS = "the loss only goes down and every experiment has a line of descent which is naïve but 42 times 1234 true".split()


def documents(shard, count):
    draw = random.Random(shard)
    return [f"shard {shard} document {i}: " + " ".join(draw.choices(WORDS, k=draw.randint(5, 400))) for i in range(count)]


class Server:
    """Serves `files` by name; `faults` are taken one a request: 503, 'cut' or 'damage'."""

    def __init__(self):
        self.files, self.faults, self.requests, self.digests = {}, [], [], True
        server = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                server.answer(self)

            def log_message(self, *_):
                pass

        self.http = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.http.server_port}"
        threading.Thread(target=self.http.serve_forever, daemon=True).start()

    def answer(self, request):
        name, asked = request.path.lstrip("/"), request.headers.get("Range")
        self.requests.append((name, asked))
        fault = self.faults.pop(0) if self.faults else None
        if name not in self.files or fault == 503:
            return request.send_error(fault or 404)
        data = self.files[name]
        start = int(re.fullmatch(r"bytes=(\d+)-", asked)[1]) if asked else 0
        if asked and start >= len(data):
            request.send_response(416)
            request.send_header("Content-Range", f"bytes */{len(data)}")
            request.send_header("Content-Length", "0")
            return request.end_headers()
        body = data[start:]
        request.send_response(206 if asked else 200)
        if asked:
            request.send_header("Content-Range", f"bytes {start}-{len(data) - 1}/{len(data)}")
        if self.digests:
            request.send_header("X-Linked-ETag", f'"{hashlib.sha256(data).hexdigest()}"')
        request.send_header("Content-Length", str(len(body)))
        request.end_headers()
        if fault == "cut":
            body = body[: len(body) // 2]
            request.close_connection = True
        request.wfile.write(body[:-1] + b"?" if fault == "damage" else body)


@pytest.fixture
def server():
    server = Server()
    yield server
    server.http.shutdown()
    server.http.server_close()


@pytest.fixture
def shards(server, tmp_path):
    """Two shards to train on and the two that never train, as the real set names them."""
    for shard in (0, 1, climbmix.UNSEEN_SHARD, climbmix.VALIDATION_SHARD):
        count = 1500 if shard == climbmix.UNSEEN_SHARD else 200
        table = pyarrow.table({"text": documents(shard, count), "url": ["x"] * count})
        parquet.write_table(table, tmp_path / "shard", row_group_size=100)
        server.files[f"shard_{shard:05d}.parquet"] = (tmp_path / "shard").read_bytes()
    return server


class Notes(list):
    def __call__(self, line):
        self.append(line)


def fetch(server, path):
    said, waits = Notes(), []
    download(f"{server.url}/data", path, said, sleep=waits.append)
    return said, waits


def test_a_cut_download_goes_on_where_it_stopped(server, tmp_path):
    server.files["data"] = bytes(range(256)) * 4096
    server.faults = ["cut"]
    said, waits = fetch(server, tmp_path / "data")
    assert (tmp_path / "data").read_bytes() == server.files["data"]
    assert server.requests == [("data", None), ("data", "bytes=524288-")]
    assert "trying again (2 of 6)" in said[0] and waits == [2]


def test_what_an_earlier_call_left_is_not_fetched_again(server, tmp_path):
    server.files["data"] = b"0123456789"
    (tmp_path / "data.part").write_bytes(b"01234")
    fetch(server, tmp_path / "data")
    assert (tmp_path / "data").read_bytes() == b"0123456789"
    assert server.requests == [("data", "bytes=5-")]
    fetch(server, tmp_path / "data")
    assert len(server.requests) == 1  # a whole file costs no request


def test_a_part_that_is_already_whole_is_taken(server, tmp_path):
    server.files["data"] = b"0123456789"
    (tmp_path / "data.part").write_bytes(b"0123456789")
    fetch(server, tmp_path / "data")
    assert (tmp_path / "data").read_bytes() == b"0123456789"


def test_server_errors_are_tried_again_with_growing_pauses_then_reported(server, tmp_path):
    server.files["data"] = b"here"
    server.faults = [503, 503]
    _, waits = fetch(server, tmp_path / "data")
    assert waits == [2, 4]
    server.faults = [503] * 6
    with pytest.raises(DataError, match=r"failed 6 times, at last with: the server answered 503; what arrived is kept"):
        fetch(server, tmp_path / "other")


def test_a_damaged_file_is_refused_and_deleted(server, tmp_path):
    server.files["data"] = b"0123456789"
    server.faults = ["damage"]
    with pytest.raises(DataError, match="arrived damaged"):
        fetch(server, tmp_path / "data")
    assert not list(tmp_path.iterdir())


def test_a_missing_file_is_an_error_at_once(server, tmp_path):
    with pytest.raises(DataError, match="answered 404"):
        fetch(server, tmp_path / "data")
    assert len(server.requests) == 1


def test_the_whole_data_set_from_a_server(shards, tmp_path):
    shards.faults = [503, None, "cut"]
    folder, said = tmp_path / "cache/data/climbmix-2", Notes()
    rows = {"validation": 8, "heldout": 4, "reserve": 3}
    climbmix.make(folder, said, shards=2, base_url=shards.url, vocab_size=400, rows=rows, sleep=lambda _: None)

    meta = json.loads((folder / "meta.json").read_text())
    assert (meta["name"], meta["vocab_size"], meta["sequence_length"]) == ("climbmix-2", 400, 2048)
    assert meta["rows"] == rows
    parts = {name: np.fromfile(folder / f"{name}.bin", "<u2").reshape(-1, 2049) for name in ("train", *rows)}
    assert all((part[:, 0] == 396).all() and part.max() < 400 for part in parts.values())  # each row begins a document
    sizes = np.fromfile(folder / "token_bytes.bin", "<u2")
    assert len(sizes) == 400 and (sizes[396:] == 0).all() and (sizes[:396] > 0).all()

    encoding = trained(climbmix.sample(saved(shards, tmp_path, (0, 1))), 400)
    seen = {name: set(re.findall(r"shard (\d+) document (\d+):", encoding.decode(part.reshape(-1).tolist()))) for name, part in parts.items()}
    assert {shard for shard, _ in seen["train"]} == {"0", "1"}
    assert {shard for shard, _ in seen["validation"]} == {str(climbmix.VALIDATION_SHARD)}
    assert {shard for shard, _ in seen["heldout"] | seen["reserve"]} == {str(climbmix.UNSEEN_SHARD)}
    assert not seen["heldout"] & seen["reserve"]
    assert not (tmp_path / "cache/downloads/climbmix-2").exists()


def saved(server, tmp_path, numbers):
    paths = []
    for shard in numbers:
        paths.append(tmp_path / f"again-{shard}")
        paths[-1].write_bytes(server.files[f"shard_{shard:05d}.parquet"])
    return paths


def test_a_shard_that_is_no_parquet_is_named(shards, tmp_path):
    shards.files["shard_00001.parquet"] = b"<html>not here</html>"
    with pytest.raises(DataError, match=r"shard_00001\.parquet is no readable shard"):
        climbmix.make(tmp_path / "data/climbmix-2", Notes(), shards=2, base_url=shards.url, vocab_size=400)
    assert not (tmp_path / "data/climbmix-2").exists()


def test_a_page_or_half_a_shard_never_gets_a_final_name(shards, tmp_path):
    shards.digests = False
    whole = shards.files["shard_00000.parquet"]
    for body, said in ((b"\n<!doctype html>sign in", "a web page came instead"), (whole[: len(whole) // 2], "incomplete or damaged"), (b"", "incomplete")):
        shards.files["shard_00000.parquet"] = body
        with pytest.raises(DataError, match=rf"shard_00000\.parquet is no readable shard: .*{said}"):
            climbmix.make(tmp_path / "data/climbmix-1", Notes(), shards=1, base_url=shards.url, vocab_size=400)
        assert not list((tmp_path / "downloads").rglob("*.par*")) and not (tmp_path / "data").exists()
    shards.files["shard_00000.parquet"] = whole  # the next call gets it
    climbmix.make(tmp_path / "data/climbmix-1", Notes(), shards=1, base_url=shards.url, vocab_size=400, rows={"validation": 2, "heldout": 2, "reserve": 2})
    assert (tmp_path / "data/climbmix-1/meta.json").exists()


def test_too_little_text_is_refused_instead_of_an_empty_part(shards, tmp_path):
    empty = pyarrow.table({"text": ["short"]})
    parquet.write_table(empty, tmp_path / "shard")
    shards.files[f"shard_{climbmix.UNSEEN_SHARD:05d}.parquet"] = (tmp_path / "shard").read_bytes()
    with pytest.raises(DataError, match="heldout.bin has no row"):
        climbmix.make(tmp_path / "data/climbmix-2", Notes(), shards=2, base_url=shards.url, vocab_size=400)


def test_packing_takes_the_longest_that_fits_and_crops_the_shortest():
    batches = [[[1] * 5, [2] * 7, [3] * 3, [4] * 5, [5] * 12]]
    assert list(packed(batches, 10)) == [[2] * 7 + [3] * 3, [1] * 5 + [4] * 5, [5] * 10]


def test_packing_agrees_with_the_plain_statement_of_the_rule():
    draw = random.Random(5)
    batches = [[[i * 16 + j] * draw.randint(1, 60) for j in range(16)] for i in range(120)]
    assert list(packed(batches, 64)) == list(plainly_packed([d for b in batches for d in b], 64))


def plainly_packed(documents, width):
    """Upstream's rule word by word: fill the buffer to 1,000, take the first longest that fits, else crop the first shortest."""
    buffer, rest = [], list(documents)
    while True:
        row = []
        while len(row) < width:
            while len(buffer) < 1000 and rest:
                buffer += rest[:16]
                del rest[:16]
            if not buffer:
                return
            fitting = [d for d in buffer if len(d) <= width - len(row)]
            chosen = max(fitting, key=len) if fitting else min(buffer, key=len)
            buffer.remove(chosen)
            row += chosen[: width - len(row)]
        yield row


def test_bytes_of_a_token_keep_the_quirk_of_half_a_character():
    encoding = trained(iter(["naïve ünïcödé " * 50]), 300)
    sizes = token_bytes(encoding)
    assert sizes[first_token(encoding)] == 0
    assert sizes[encoding.encode_single_token("a")] == 1
    assert sizes[encoding.encode_single_token(b"\xc3")] == 3  # half of ï counts as a replacement character
    assert encoding.decode(encoding.encode_ordinary("naïve 1234")) == "naïve 1234"
    assert len(encoding.encode_ordinary("1234")) >= 2  # numbers are cut after two digits
