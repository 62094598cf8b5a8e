import { FOREVER } from './scene.ts';

/** What strangers have lent machines train. */

/** On the command line of the process that ENDLESS leaves in another session. */
export const LEFT = `time.sleep(${FOREVER})`;

/** Never ends, and starts a process that is to outlive it. */
export const ENDLESS = `
import subprocess, sys, time

def train(task):
    subprocess.Popen([sys.executable, "-c", "import time; ${LEFT}"], start_new_session=True)
    task.log(step=1, loss=1.0)
    time.sleep(600)
`;

/** Knows nothing, and learns nothing: a run of it is short. */
export const UNIFORM = `
import torch

def train(task):
    torch.save(torch.zeros(task.vocab_size), task.weights)

def load(weights, task):
    logits = torch.load(weights, weights_only=True)
    return lambda tokens: logits.expand(*tokens.shape, -1)
`;
