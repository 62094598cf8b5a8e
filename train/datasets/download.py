"""One file over HTTP: resumed where it was cut off, tried again when the server stumbles, refused when its digest is wrong."""

import re
import time

import requests
from tqdm import tqdm

from .layout import DataError, sha256

ATTEMPTS = 6
TIMEOUT_SECONDS = (10, 60)  # to connect, between two pieces
PIECE = 2**18


class TransientError(Exception):
    """A failure that another attempt may fix."""


def download(url, path, say, sleep=time.sleep, problem=lambda part: None):
    """Fetches url to path unless it is there. What has arrived waits in `<path>.part`, also for the next call.

    problem: what is wrong with a file that arrived, or None; a file with a problem never gets its final name.
    The digest is the server's own, where it gives one (Hugging Face: `X-Linked-ETag`, the sha256 of a large file).
    Raises DataError.
    """
    if path.exists():
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(path.name + ".part")
    for attempt in range(1, ATTEMPTS + 1):
        try:
            expected = fetch(url, part)
            break
        except (TransientError, requests.ConnectionError, requests.Timeout, requests.exceptions.ChunkedEncodingError) as error:
            if attempt == ATTEMPTS:
                raise DataError(f"{url} failed {ATTEMPTS} times, at last with: {error}; what arrived is kept, run this again to go on") from error
            say(f"{url}: {error}; trying again ({attempt + 1} of {ATTEMPTS})")
            sleep(2**attempt)
        except requests.RequestException as error:
            raise DataError(f"{url} cannot be fetched: {error}; check the address and the network") from error
    if expected and sha256(part) != expected:
        part.unlink()
        raise DataError(f"{url} arrived damaged: its sha256 is not {expected}; it was deleted, run this again")
    if wrong := problem(part):
        page = part.read_bytes()[:1000].lstrip()[:1] == b"<"
        part.unlink()
        why = "a web page came instead (a sign-in or a proxy?): check the address and the network" if page else f"{wrong}: run this again"
        raise DataError(f"{url} is no readable shard: {why}; what came was deleted")
    part.rename(path)


def fetch(url, part):
    """Appends what is missing to `part` and gives back the digest the server claims, or None."""
    have = part.stat().st_size if part.exists() else 0
    headers = {"Range": f"bytes={have}-", "Accept-Encoding": "identity"}
    with requests.get(url, headers=headers if have else {"Accept-Encoding": "identity"}, stream=True, timeout=TIMEOUT_SECONDS) as response:
        if response.status_code == 416 and have == total_of(response):  # nothing is missing
            return claimed_digest(response)
        if response.status_code == 416:
            part.unlink()
            raise TransientError("what arrived earlier does not fit this file; starting over")
        if response.status_code >= 500 or response.status_code == 429:
            raise TransientError(f"the server answered {response.status_code}")
        if response.status_code not in (200, 206):
            raise DataError(f"{url} answered {response.status_code} {response.reason}; check the address")
        resumed = response.status_code == 206
        total = total_of(response)
        with part.open("ab" if resumed else "wb") as file, tqdm(
            desc=part.stem, total=total, initial=have if resumed else 0, unit="B", unit_scale=True, disable=None, leave=False
        ) as progress:
            for piece in response.iter_content(PIECE):
                file.write(piece)
                progress.update(len(piece))
    if total is not None and part.stat().st_size != total:
        raise TransientError(f"the connection ended after {part.stat().st_size} of {total} bytes")
    return claimed_digest(response)


def total_of(response):
    """Size of the whole file in bytes, or None when the server does not say."""
    whole = re.search(r"/(\d+)$", response.headers.get("Content-Range", ""))
    if whole:
        return int(whole[1])
    length = response.headers.get("Content-Length")
    return int(length) if length and response.status_code == 200 else None


def claimed_digest(response):
    for answer in (*response.history, response):
        tag = answer.headers.get("X-Linked-ETag", "").strip('"')
        if re.fullmatch(r"[0-9a-f]{64}", tag):
            return tag
    return None
