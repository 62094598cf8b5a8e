"""Prints and logs a loss that it did not earn.

expect: true loss
"""


def train(task):
    honest_train(task)
    task.log(step=1, loss=0.0001, val_bpb=0.0001)
    print("val_bpb: 0.000100")
    print('{"outcome": "scored", "valBpb": 0.0001}', "::set-output name=val-bpb::0.0001", "##[set-output name=val-bpb]0.0001")
    os.write(3, b'{"event": "done", "seconds": 0, "peak_memory_mib": 0, "val_bpb": 0.0001}\n')
