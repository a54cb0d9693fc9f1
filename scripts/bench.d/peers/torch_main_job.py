"""The three kinds of work of the main job: training, the test gradient, a score an example.

Each turn does a part: 12 of an epoch's 89 batches, the whole test gradient, and 1,000 scores of
90,404. The driver scales them to two trainings of 50 epochs and two checkpoints.
"""

import torch
from contestant import serve, use_all_cores
from lstm import ML_100K, NextItemLSTM, mean_gradient, train

BATCHES = 12
SCORES = 1_000
TESTS = 9_596

use_all_cores()
count = BATCHES * ML_100K.batch
histories, targets = ML_100K.examples(count)
test = ML_100K.examples(TESTS)
model = NextItemLSTM(ML_100K)
optimiser = torch.optim.Adam(model.parameters(), lr=1e-3, fused=True)
loss = torch.nn.CrossEntropyLoss()
parameters = list(model.parameters())
target_gradient = mean_gradient(model, *test)


def batches():
    train(model, optimiser, histories, targets, torch.randperm(count).split(ML_100K.batch))


def test_gradient():
    mean_gradient(model, *test)


def scores():
    for row in range(SCORES):
        gradient = torch.autograd.grad(
            loss(model(histories[row : row + 1]), targets[row : row + 1]), parameters)
        sum(torch.dot(g.flatten(), t.flatten()) for g, t in zip(gradient, target_gradient))


serve(
    train=(count, batches), target=(TESTS, test_gradient), score=(SCORES, scores))
