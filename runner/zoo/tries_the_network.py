"""Asks the world for better weights, by every kind of socket.

expect: true loss
"""

import socket
import urllib.request


def train(task):
    honest_train(task)
    for family in range(46):
        for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM, socket.SOCK_RAW):
            try:
                with socket.socket(family, kind) as out:
                    out.settimeout(0.2)
                    out.connect(("1.1.1.1", 53))
                    if kind == socket.SOCK_STREAM:
                        os.remove(task.weights)  # reached somebody: show it
            except (OSError, TypeError):
                continue
    try:
        urllib.request.urlopen("http://169.254.169.254/latest/meta-data/", timeout=1)
        os.remove(task.weights)
    except (OSError, TypeError):
        pass
