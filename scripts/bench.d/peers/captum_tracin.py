"""Captum's TracIn: `full` (TracInCP, all layers) or `last` (TracInCPFast, the last layer only).

Both score `train` training examples against `tests` test examples at one checkpoint. Captum
computes the test gradients anew in each call, so there are enough training examples to outweigh
them.
"""

import sys
import tempfile

import torch
from captum.influence import TracInCP, TracInCPFast
from contestant import serve, use_all_cores
from lstm import ML_1M, NextItemLSTM
from torch import nn
from torch.utils.data import TensorDataset

kind, train, tests = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])

use_all_cores()
model = NextItemLSTM(ML_1M)
dataset = TensorDataset(*ML_1M.examples(train))
test = ML_1M.examples(tests)


def load(model, path):
    model.load_state_dict(torch.load(path))
    return 1.0


with tempfile.NamedTemporaryFile(suffix=".pt") as checkpoint:
    torch.save(model.state_dict(), checkpoint.name)
    if kind == "full":
        influence = TracInCP(
            model, dataset, [checkpoint.name], load, batch_size=64,
            loss_fn=nn.CrossEntropyLoss(reduction="none"))
    else:
        influence = TracInCPFast(
            model, model.output, dataset, [checkpoint.name], load, batch_size=256,
            loss_fn=nn.CrossEntropyLoss(reduction="sum"))
    serve(run=(train * tests, lambda: influence.influence(test, show_progress=False)))
