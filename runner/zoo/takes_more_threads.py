"""Takes all processors for a track of one thread: by PyTorch's own switch, by an affinity of its own, and by children.

expect: crashed
"""


def train(task):
    torch.set_num_threads(64)
    try:
        os.sched_setaffinity(0, range(os.sysconf("SC_NPROCESSORS_CONF")))
    except OSError:
        pass
    children = [os.fork() for _ in range(3)]
    if 0 in children:
        end = time.monotonic() + 2
        while time.monotonic() < end:
            pass
        os._exit(0)
    for child in children:
        os.waitpid(child, 0)
    if len(os.sched_getaffinity(0)) == 1 and os.times().children_user < 2.6:
        raise SystemExit("no more than one processor")
    honest_train(task)
