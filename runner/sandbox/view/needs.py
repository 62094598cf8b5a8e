"""Asks a Python environment what it needs of this machine, so that a sandbox shows that and nothing else: `needs.py DEVICE`

Prints JSON: {"shown": [[source, place]], "links": [[target, place]], "hidden": [folder]}. Shown are files and folders; hidden are
folders inside shown ones that stay empty. An interpreter needs its executable, its standard library and what they link to; a
job needs torch and numpy with what those require. On a CPU no CUDA library is there but what torch's own files are linked to, and
no compiler. With CUDA, Triton compiles on the machine: then compiler, headers and the system's library folders are there as well.
"""

import json
import os
import re
import struct
import subprocess
import sys
import sysconfig
from importlib import metadata

WANTED = ["torch", "numpy"]
CUDA_ONLY = re.compile(r"nvidia[-_]|cuda[-_]|triton$")
# Of torch for compilers alone; of the standard library what is no part of it or of no use to training.
NOT_ON_CPU = ["torch/include"]
NOT_STANDARD = ["site-packages", "dist-packages", "test", "idlelib", "lib2to3", "ensurepip", "turtledemo"]
STARTER = "/usr/bin/prlimit"
OPENED_LATE = ["libgcc_s.so.1"]  # by glibc itself, when a thread is cancelled
COMPILER = ["/usr/bin", "/usr/sbin/ldconfig", "/usr/sbin/ldconfig.real", "/usr/include", "/usr/libexec/gcc", "/usr/lib/gcc"]

PT_DYNAMIC, PT_INTERP, PT_LOAD = 2, 3, 1
DT_NEEDED, DT_STRTAB, DT_RPATH, DT_RUNPATH = 1, 5, 15, 29


def main(device):
    environment, site = sys.prefix, sysconfig.get_path("purelib")
    standard = sysconfig.get_path("stdlib")
    shown, links = {}, {}
    interpreter = follow(sys.executable, links)
    show(shown, interpreter, standard, STARTER, os.path.join(environment, "pyvenv.cfg"))
    packages = [os.path.join(site, name) for name in package_files(device)]
    show(shown, *packages)
    links[os.path.join(environment, "lib64")] = "lib"

    cached = linker_cache()
    elves = [interpreter, STARTER, *(path for folder in [standard, *packages] for path in shared_objects(folder))]
    show(shown, *libraries(elves, cached, packages))
    if device == "cuda":
        folders = {os.path.dirname(cached[name]) for name in ("libc.so.6", "libcuda.so.1") if name in cached}
        show(shown, *filter(os.path.exists, COMPILER), sysconfig.get_path("include"), *folders)
    hidden = [os.path.join(standard, name) for name in NOT_STANDARD]
    hidden += [] if device == "cuda" else [os.path.join(site, name) for name in NOT_ON_CPU]
    for name in os.listdir("/"):  # /lib -> usr/lib and the like
        if re.fullmatch("s?bin|lib.*", name) and os.path.islink(f"/{name}"):
            links[f"/{name}"] = os.readlink(f"/{name}")
    print(
        json.dumps(
            {
                "shown": sorted([source, place] for place, source in shown.items()),
                "links": sorted([target, place] for place, target in links.items()),
                "hidden": sorted(folder for folder in hidden if os.path.isdir(folder)),
            }
        )
    )


def show(shown, *paths):
    for path in paths:
        shown[place(path)] = os.path.realpath(path)


def place(path):
    """The name of a path in the sandbox: in the environment the name it is asked for by, else its folder's own links are followed."""
    if path.startswith(sys.prefix + "/"):
        return path
    return os.path.join(os.path.realpath(os.path.dirname(path)), os.path.basename(path))


def follow(path, links):
    """The file behind a chain of links, every link of which is kept."""
    while os.path.islink(path):
        links[place(path)] = os.readlink(path)
        path = os.path.join(os.path.realpath(os.path.dirname(path)), os.readlink(path))
    return path


def package_files(device):
    """Names in site-packages that belong to what is wanted and to all it requires."""
    waiting, seen, names = list(WANTED), set(), set()
    while waiting:
        name = waiting.pop()
        if name in seen or (device != "cuda" and CUDA_ONLY.match(name)):
            continue
        seen.add(name)
        try:
            found = metadata.distribution(name)
        except metadata.PackageNotFoundError:
            continue  # required on other systems
        names |= {file.parts[0] for file in found.files or [] if file.parts[0] not in ("..", "__pycache__")}
        for line in found.requires or []:
            if "extra ==" not in line:
                waiting.append(re.match(r"[\w.-]+", line)[0].lower())
    return sorted(names)


def shared_objects(folder):
    for root, _, files in os.walk(folder):
        for name in files:
            if ".so" in name:
                yield os.path.join(root, name)


def linker_cache():
    """Library name -> path, as the dynamic linker would find it. Empty where there is no ldconfig."""
    for ldconfig in ("/sbin/ldconfig", "/usr/sbin/ldconfig"):
        if os.path.exists(ldconfig):
            said = subprocess.run([ldconfig, "-p"], capture_output=True, text=True).stdout
            found = re.findall(r"^\s+(\S+) \(([^)]*)\) => (\S+)$", said, re.M)
            wide = [(name, path) for name, kind, path in found if "64" in kind or "AArch64" in kind]
            return dict(reversed(wide))  # the first of a name wins
    return {}


def libraries(elves, cached, packages):
    """What the files need at start, and what that needs, but for what is shown already."""
    waiting, seen, result = list(elves), set(), set()
    waiting += [cached[name] for name in OPENED_LATE if name in cached]
    result.update(waiting[len(elves) :])
    while waiting:
        path = waiting.pop()
        if path in seen:
            continue
        seen.add(path)
        interpreter, needed, search = dynamic(path)
        if interpreter:
            result.add(interpreter)
        for name in needed:
            found = next((f"{folder}/{name}" for folder in search if os.path.exists(f"{folder}/{name}")), cached.get(name))
            if found is None:
                continue
            found = os.path.abspath(found)
            waiting.append(found)
            if not any(found.startswith(package + "/") for package in packages):
                result.add(found)
    return result


def dynamic(path):
    """(program interpreter or None, names of needed libraries, folders to look in) of a 64-bit ELF file; nothing of another."""
    with open(path, "rb") as file:
        head = file.read(64)
        if head[:5] != b"\x7fELF\x02":
            return None, [], []
        start, = struct.unpack_from("<Q", head, 32)
        size, count = struct.unpack_from("<HH", head, 54)
        file.seek(start)
        table = file.read(size * count)
        parts = [struct.unpack_from("<IIQQQQQQ", table, size * n) for n in range(count)]

        def at(offset, length):
            file.seek(offset)
            return file.read(length)

        interpreter, entries = None, []
        for kind, _, offset, _, _, length, _, _ in parts:
            if kind == PT_INTERP:
                interpreter = at(offset, length).rstrip(b"\0").decode()
            if kind == PT_DYNAMIC:
                entries = list(struct.iter_unpack("<qQ", at(offset, length // 16 * 16)))
        names = next((value for tag, value in entries if tag == DT_STRTAB), None)
        if names is None:
            return interpreter, [], []
        strings = next(names - address + offset for kind, _, offset, address, _, length, _, _ in parts if kind == PT_LOAD and address <= names < address + length)

        def text(tag):
            return [at(strings + value, 4096).split(b"\0", 1)[0].decode() for kind, value in entries if kind == tag]

        origin = os.path.dirname(path)
        search = [folder.replace("$ORIGIN", origin).replace("${ORIGIN}", origin) for line in text(DT_RUNPATH) + text(DT_RPATH) for folder in line.split(":")]
        return interpreter, text(DT_NEEDED), [folder for folder in search if folder]


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) == 2 else "cpu")
