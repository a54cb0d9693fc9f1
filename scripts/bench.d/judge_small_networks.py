"""Prints what Captum's TracInCP gives for the two tiny networks of its own tests.

    python scripts/bench.d/judge_small_networks.py

The figures stand in Tests/NightjarInfluenceTests/Methods/CaptumNetworkTests.swift, which computes
them again. The weights are those that Captum publishes in test_tracin_xor.py and
test_tracin_regression.py; the examples are ours.
"""

import tempfile

import torch
from captum.influence import TracInCP
from torch import nn
from torch.utils.data import TensorDataset

XOR = [
    ([[-1.2956, -1.4465], [-0.3890, -0.7420]], [1.2924, 0.0021], [[-1.2013, 0.7174]], [0.5880]),
    ([[-1.3546, -1.5288], [-0.5250, -0.7591]], [1.3432, -0.0684], [[-1.2490, 0.8534]], [0.6749]),
    ([[-1.4464, -1.5890], [-0.6348, -0.7665]], [1.3791, -0.2008], [[-1.3818, 0.9586]], [0.6954]),
    ([[-1.5893, -1.6656], [-0.7863, -0.8369]], [1.3949, -0.3215], [[-1.4555, 1.1600]], [0.8730]),
]
SLOPES = [0.4379, 0.1653, 0.5132, 0.3651, 0.9992]


class Xor(nn.Module):
    """Two tanh layers of two and one units."""

    def __init__(self):
        super().__init__()
        self.linear1 = nn.Linear(2, 2)
        self.linear2 = nn.Linear(2, 1)

    def forward(self, x):
        return torch.tanh(self.linear2(torch.tanh(self.linear1(x))))


def scores(net, states, train, tests):
    """TracInCP with a learning rate of 1 at each checkpoint, tests by training examples."""
    with tempfile.TemporaryDirectory() as folder:
        paths = []
        for number, state in enumerate(states):
            paths.append(f"{folder}/{number}.pt")
            torch.save(state, paths[-1])

        def load(model, path):
            model.load_state_dict(torch.load(path))
            return 1.0

        tracin = TracInCP(
            net, TensorDataset(*train), paths, load, loss_fn=nn.MSELoss(reduction="sum"),
            batch_size=4, sample_wise_grads_per_batch=True)
        return tracin.influence(tests)


points = torch.tensor([[1.0, 1.0], [1.0, -2.0], [-1.0, 0.5], [-2.0, -1.0], [0.01, -1.0], [5.0, 1.0]])
labels = torch.tensor([[1.0], [-1.0], [-1.0], [1.0], [-1.0], [1.0]])
states = []
for first, bias, second, last in XOR:
    states.append({
        "linear1.weight": torch.tensor(first), "linear1.bias": torch.tensor(bias),
        "linear2.weight": torch.tensor(second), "linear2.bias": torch.tensor(last)})
print("xor", scores(Xor(), states, (points[:4], labels[:4]), (points[4:], labels[4:])).tolist())

line = nn.Linear(1, 1, bias=False)
values = torch.arange(1.0, 7.0).unsqueeze(1)
states = [{"weight": torch.tensor([[slope]])} for slope in SLOPES]
print("line", scores(line, states, (values[:4], values[:4]), (values[4:], values[4:])).tolist())
