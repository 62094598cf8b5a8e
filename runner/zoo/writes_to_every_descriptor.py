"""Writes a report of its own to every descriptor there is, and to those of every process it can see.

expect: true loss
"""

import json


def train(task):
    honest_train(task)
    lie = json.dumps({"schema": 1, "outcome": "scored", "valBpb": 0.01, "event": "done", "exit-code": 0, "child-pid": 1}).encode() + b"\n"
    for number in range(256):
        try:
            os.write(number, lie)
        except OSError:
            continue
    for process in filter(str.isdigit, os.listdir("/proc")):
        for folder in ("fd", "task/" + process + "/fd"):
            try:
                numbers = os.listdir(f"/proc/{process}/{folder}")
            except OSError:
                continue
            for number in numbers:
                try:
                    target = os.open(f"/proc/{process}/{folder}/{number}", os.O_WRONLY | os.O_NONBLOCK)
                    os.write(target, lie)
                except OSError:
                    continue
