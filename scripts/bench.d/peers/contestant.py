"""The Python side of the benchmark protocol.

A contestant is a process that lives as long as its benchmark, so that start-up, imports and warm-up
stand outside of what is timed, and contestants can take turns. It speaks lines of text:

    contestant: ready PHASE=UNITS ...   once it is warm: the units of work that it does a turn
    driver:     PHASE                   do one turn of this phase now
    contestant: done                    the driver takes the time between these two lines

The end of input ends the process.
"""

import os
import sys
import warnings


def threads():
    """All cores that this process may use."""
    return len(os.sched_getaffinity(0))


def use_all_cores():
    """PyTorch with all cores, repeatable, and without its warnings."""
    import torch

    warnings.filterwarnings("ignore")
    torch.set_num_threads(threads())
    torch.manual_seed(1)


def serve(**phases):
    """Warms up and serves turns; each phase is a pair of units a turn and the function to call."""
    for _, turn in phases.values():
        turn()
    print("ready", *(f"{name}={units}" for name, (units, _) in phases.items()), flush=True)
    for line in sys.stdin:
        _, turn = phases[line.strip()]
        turn()
        print("done", flush=True)
