"""Scores of all items and the ten best, without metrics: less than an evaluation needs."""

import torch
from contestant import serve, use_all_cores
from lstm import ML_1M, NextItemLSTM

EXAMPLES = 20_000

use_all_cores()
histories, _ = ML_1M.examples(EXAMPLES)
model = NextItemLSTM(ML_1M).eval()


@torch.inference_mode()
def rank():
    for batch in histories.split(1024):
        model(batch).topk(10)


serve(run=(EXAMPLES, rank))
