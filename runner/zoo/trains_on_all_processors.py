"""Trains on every processor of the machine: by PyTorch's own threads, and by children that ask for all of them again.

expect: true loss
"""

import threading


def multiply():
    end = time.monotonic() + 1
    while time.monotonic() < end:
        torch.randn(512, 512) @ torch.randn(512, 512)


def ask_for_all():
    try:
        os.sched_setaffinity(0, range(os.cpu_count()))
    except OSError:
        pass
    return len(os.sched_getaffinity(0)) > 1


def by_threads():
    ask_for_all()
    torch.set_num_threads(os.cpu_count())
    others = [threading.Thread(target=multiply) for _ in range(os.cpu_count())]
    for thread in others:
        thread.start()
    for thread in others:
        thread.join()


def by_children():
    children = [os.fork() for _ in range(os.cpu_count())]
    if 0 in children:
        ask_for_all()
        end = time.monotonic() + 1
        while time.monotonic() < end:
            pass
        os._exit(0)
    for child in children:
        os.waitpid(child, 0)


def processors(work):
    """How many of them some work uses at once, in the mean."""
    start, before = time.monotonic(), sum(os.times()[:4])
    work()
    return (sum(os.times()[:4]) - before) / (time.monotonic() - start)


def train(task):
    if ask_for_all() or max(processors(by_children), processors(by_threads)) > 1.3:
        raise SystemExit("more than one processor")
    honest_train(task)
