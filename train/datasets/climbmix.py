"""climbmix: the data and metric of karpathy/autoresearch, so that losses compare with its 0.9979.

Training text is the first shards; validation the last shard; heldout and reserve come from the shard before it, which
never trains. Every file is packed rows of 2,049 tokens, train.bin the same rows end to end.
"""

import os
import shutil
import time
from itertools import islice

import numpy as np
import pyarrow.parquet as parquet

from .download import download
from .layout import DataError, building, write_tokens
from .packing import packed
from .tokenizer import first_token, token_bytes, trained

BASE_URL = "https://huggingface.co/datasets/karpathy/climbmix-400b-shuffle/resolve/main"
LAST_SHARD = 6542
VALIDATION_SHARD, UNSEEN_SHARD = LAST_SHARD, LAST_SHARD - 1
VOCAB_SIZE = 8192
SEQUENCE_LENGTH = 2048
TOKENIZER_CHARACTERS = 1_000_000_000
DOCUMENT_CHARACTERS = 10_000  # of one document, when the tokenizer is trained
DOCUMENTS_AT_ONCE = 128
# Rows of the scored parts: 40 * 524,288 tokens, as upstream evaluates; the others are ours.
ROWS = {"validation": 40 * 524_288 // 2048, "heldout": 10 * 524_288 // 2048, "reserve": 4 * 524_288 // 2048}


def make(folder, say, shards, base_url=BASE_URL, vocab_size=VOCAB_SIZE, rows=ROWS, sleep=time.sleep):
    """Downloads, trains the tokenizer, packs. The shards are kept beside `data` until the folder is whole."""
    if not 1 <= shards <= UNSEEN_SHARD:
        raise DataError(f"{folder.name} asks for {shards} shards; choose 1 to {UNSEEN_SHARD}: the last two never train")
    downloads = folder.parent.parent / "downloads" / folder.name
    training = [fetched(shard, downloads, base_url, say, sleep) for shard in range(shards)]
    unseen = fetched(UNSEEN_SHARD, downloads, base_url, say, sleep)
    validation = fetched(VALIDATION_SHARD, downloads, base_url, say, sleep)

    say(f"training a tokenizer of {vocab_size} tokens")
    encoding = trained(sample(training), vocab_size)
    with building(folder, name=folder.name, version=1, vocab_size=encoding.n_vocab, sequence_length=SEQUENCE_LENGTH) as part:
        write_tokens(part / "token_bytes.bin", token_bytes(encoding))
        pack([validation], part / "validation.bin", encoding, say, rows["validation"])
        documents = tokenized([unseen], encoding)
        for name in ("heldout", "reserve"):  # one stream: no document is in both
            write(part / f"{name}.bin", islice(packed(documents, SEQUENCE_LENGTH + 1), rows[name]))
        pack(training, part / "train.bin", encoding, say)
    shutil.rmtree(downloads)


def fetched(shard, downloads, base_url, say, sleep):
    name = f"shard_{shard:05d}.parquet"
    path = downloads / name
    if not path.exists():
        say(f"downloading {name}")
    download(f"{base_url}/{name}", path, say, sleep, problem_of_shard)
    return path


def problem_of_shard(path):
    """Why a file is no complete shard: mirrors give neither digest nor length. None when it is complete."""
    try:
        with parquet.ParquetFile(path) as file:
            return None if "text" in file.schema_arrow.names else "it has no column `text`"
    except (OSError, ValueError) as error:  # pyarrow's errors derive from these
        return f"it arrived incomplete or damaged ({str(error).splitlines()[0]})"


def pack(shards, path, encoding, say, rows=None):
    say(f"packing {path.name}")
    write(path, islice(packed(tokenized(shards, encoding), SEQUENCE_LENGTH + 1), rows))


def write(path, rows):
    """Row by row: memory does not grow with the text."""
    with path.open("wb") as file:
        for row in rows:
            file.write(np.array(row, dtype="<u2").tobytes())


def texts(shards):
    """Batches of documents in file order, at most DOCUMENTS_AT_ONCE each, never across row groups."""
    for shard in shards:
        try:
            with parquet.ParquetFile(shard) as file:
                for group in range(file.num_row_groups):
                    for batch in file.iter_batches(DOCUMENTS_AT_ONCE, row_groups=[group], columns=["text"]):
                        yield batch.column(0).to_pylist()
        except (OSError, ValueError) as error:  # pyarrow's errors derive from these
            raise DataError(f"{shard} is no readable shard: {error}; delete it and run this again") from error


def sample(shards):
    """Documents for the tokenizer, cut, until TOKENIZER_CHARACTERS."""
    left = TOKENIZER_CHARACTERS
    for batch in texts(shards):
        for text in batch:
            text = text[:DOCUMENT_CHARACTERS]
            yield text
            left -= len(text)
            if left <= 0:
                return


def tokenized(shards, encoding):
    first = first_token(encoding)
    for batch in texts(shards):
        yield [[first, *tokens] for tokens in encoding.encode_ordinary_batch(batch, num_threads=os.cpu_count() or 1)]
