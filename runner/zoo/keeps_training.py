"""Does not stop at the clock.

expect: timeout
"""


def train(task):
    honest_train(task)
    while True:
        time.sleep(1)
