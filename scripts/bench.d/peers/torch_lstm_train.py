"""One epoch of training, as in any PyTorch tutorial, on all cores and with the fused Adam."""

import torch
from contestant import serve, use_all_cores
from lstm import ML_1M, NextItemLSTM, train

EXAMPLES = 20_000

use_all_cores()
histories, targets = ML_1M.examples(EXAMPLES)
model = NextItemLSTM(ML_1M)
optimiser = torch.optim.Adam(model.parameters(), lr=1e-3, fused=True)


def epoch():
    train(model, optimiser, histories, targets, torch.randperm(EXAMPLES).split(ML_1M.batch))


serve(run=(EXAMPLES, epoch))
