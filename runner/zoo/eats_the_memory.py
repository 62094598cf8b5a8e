"""Takes all the memory, by many processes, each below the limit of one.

expect: out-of-memory
"""


def train(task):
    for _ in range(20):
        if os.fork() == 0:
            hold = bytearray(os.urandom(1) * (600 * 2**20))
            time.sleep(60)
    time.sleep(60)
