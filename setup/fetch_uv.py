"""Fetches uv's wheel from PyPI with the standard library alone, for a Python without pip (Debian's).

    python fetch_uv.py VERSION FOLDER      writes FOLDER/bin/uv, its sha256 compared with PyPI's index
"""

import hashlib
import io
import json
import os
import platform
import sys
import urllib.request
import zipfile

MACHINE = {"amd64": "x86_64", "arm64": "aarch64"}.get(platform.machine().lower(), platform.machine().lower())


def suits(name):
    if sys.platform == "darwin":
        return "macosx" in name and name.endswith(f"_{'arm64' if MACHINE == 'aarch64' else MACHINE}.whl")
    return "manylinux" in name and name.endswith(f"_{MACHINE}.whl")


def main(version, folder):
    # PEP 691: the simple index in JSON.
    index = urllib.request.Request("https://pypi.org/simple/uv/", headers={"Accept": "application/vnd.pypi.simple.v1+json"})
    with urllib.request.urlopen(index, timeout=60) as answer:
        files = json.load(answer)["files"]
    wheels = [file for file in files if file["filename"].startswith(f"uv-{version}-") and suits(file["filename"])]
    if not wheels:
        sys.exit(f"uv {version} has no wheel for {sys.platform} {MACHINE}")
    with urllib.request.urlopen(wheels[0]["url"], timeout=300) as answer:
        data = answer.read()
    if hashlib.sha256(data).hexdigest() != wheels[0]["hashes"]["sha256"]:
        sys.exit(f"{wheels[0]['filename']} is not what PyPI's index names")
    with zipfile.ZipFile(io.BytesIO(data)) as wheel:
        inside = next(name for name in wheel.namelist() if name.endswith("/scripts/uv"))
        program = wheel.read(inside)
    os.makedirs(os.path.join(folder, "bin"), exist_ok=True)
    target = os.path.join(folder, "bin", "uv")
    with open(target + ".part", "wb") as file:
        file.write(program)
    os.chmod(target + ".part", 0o755)
    os.replace(target + ".part", target)


main(*sys.argv[1:])
