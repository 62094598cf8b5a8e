"""Makes a data set once and says where it lies.

    python train/prepare.py pysource            make <cache>/data/pysource-v2, or find it there
    python train/prepare.py climbmix            the same for climbmix, trained on ten shards; climbmix-4: on four
    python train/prepare.py pysource --verify   read every file again and hold it to its digest

The folder's path is the only line on stdout; progress goes to stderr. If the data set is already there, nothing else is printed.
The layout of the folder is docs/design.md, "Data sets".
"""

import argparse
import errno
import fcntl
import json
import os
import re
import sys
from contextlib import contextmanager
from pathlib import Path

from datasets.layout import DataError, finished, verify


def main(argv, env):
    options = parse(argv)
    os.umask(0o022)  # the sandbox's user is another one and must be able to read what is made here
    cache = options.cache or default_cache(env)
    folder = cache / "data" / folder_name(options.name)
    try:
        if not finished(folder):
            with alone(cache, options.name):
                if not finished(folder):
                    say(f"preparing {options.name} in {folder}")
                    make(options, folder)
        if options.verify:
            verify(folder)
    except DataError as error:
        say(f"error: {error}")
        return 1
    except OSError as error:
        say(f"error: {advice(error, cache)}")
        return 1
    print(json.dumps({"folder": str(folder), **json.loads((folder / "meta.json").read_text())}) if options.json else folder)
    return 0


@contextmanager
def alone(cache, name):
    """Another process that makes the same data set waits, and then finds it ready."""
    locks = cache / "locks"
    locks.mkdir(parents=True, exist_ok=True)
    with (locks / f"prepare-{name}.lock").open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say(f"another process prepares {name}; waiting for it")
            fcntl.flock(file, fcntl.LOCK_EX)
        yield


def advice(error, cache):
    again = "and run this again; what was downloaded is kept"
    if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG) or "requested and" in str(error):  # numpy's words for a short write
        return f"no room to write below {cache} ({error}). Free some disk (`df -h {cache}`) or choose another place with --cache, {again}"
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return f"{error}. Make {cache} writable for this user, or choose another place with --cache, {again}"
    return f"{error}. Look at the disk and at {cache}, {again}"


def parse(argv):
    parser = argparse.ArgumentParser(prog="prepare.py", description="Makes a data set once and says where it lies.")
    parser.add_argument("name", type=known, help="pysource, climbmix or climbmix-SHARDS")
    parser.add_argument("--cache", type=lambda p: Path(p).absolute(), help="default: $DESCENT_CACHE, else Descent's cache")
    parser.add_argument("--json", action="store_true", help="print the folder and its meta.json as one JSON object")
    parser.add_argument("--verify", action="store_true", help="hold every file to its digest")
    parser.add_argument("--base-url", help="climbmix: where the shards are, if not at huggingface.co")
    return parser.parse_args(argv)


def known(name):
    if name == "pysource" or re.fullmatch(r"climbmix(-[1-9]\d{0,3})?", name):
        return name
    raise argparse.ArgumentTypeError(f"no data set is called {name!r}; choose pysource, climbmix or climbmix-SHARDS")


def make(options, folder):
    if options.name == "pysource":
        from datasets import pysource

        return pysource.make(folder, say)
    from datasets import climbmix

    _, _, shards = options.name.partition("-")
    climbmix.make(folder, say, shards=int(shards or 10), base_url=options.base_url or climbmix.BASE_URL)


def folder_name(name):
    """A data set that is made otherwise than before has another folder, so that two checkouts of one machine do not fight over
    one. The same as setup/paths.mjs, dataFolder."""
    return "pysource-v2" if name == "pysource" else name


def default_cache(env):
    """The same folder as setup/paths.mjs, cacheFolder."""
    if env.get("DESCENT_CACHE"):
        return Path(env["DESCENT_CACHE"]).absolute()
    return Path("/var/cache/descent") if os.getuid() == 0 else Path.home() / ".cache" / "descent"


def say(line):
    print(line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], os.environ))
