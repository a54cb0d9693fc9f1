"""Judges TracIn scores that scripts/export_tracin.lua wrote, by PyTorch in double precision.

    judge_tracin.py FOLDER [--captum] [--single]

Gradients come from torch.autograd, one example at a time, at the same checkpoints. For pairs,
totals and self-influence it prints

    relative    the largest error as a part of the score itself, among scores of at least a
                thousandth of the largest one
    of norms    the largest error as a part of the product of the gradients' lengths, which is what
                rounding goes by; among all scores
    rank        Spearman's correlation of the two rankings

and fails when the first reaches 1e-4 or the second 1e-5, or a rank correlation is 0.9999 or less.
With --captum, Captum's TracInCP has a say on pairs and self-influence too; it takes longer. With
--single, the same lines follow for PyTorch in single precision, which is what Nightjar computes in.
"""

import argparse
import json
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import torch
from peers.lstm import NextItemLSTM, Shape
from safetensors import safe_open

RELATIVE_BELOW = 1e-4
# Single precision errs by about 1e-6 here; a score near zero shows a fault only on this scale.
OF_NORMS_BELOW = 1e-5
RANK_ABOVE = 0.9999
# Scores smaller than this part of the largest one say little about relative errors.
NOTABLE = 1e-3


class Export:
    """What the script wrote."""

    def __init__(self, folder):
        self.folder = folder
        about = json.loads((folder / "export.json").read_text())
        self.parameters = about["parameters"]
        self.checkpoints = [folder / name for name in about["checkpoints"]]
        self.learning_rates = about["learning_rates"]
        self.train = self.examples("train")
        self.test = self.examples("test")

    def array(self, name):
        return np.load(self.folder / f"{name}.npy")

    def examples(self, name):
        histories, targets = self.array(f"{name}_histories"), self.array(f"{name}_targets")
        return torch.from_numpy(histories).long(), torch.from_numpy(targets).long()

    def model(self):
        """The architecture in double precision; the values come with load()."""
        sizes = self.record(self.checkpoints[0])["model"]["sizes"]
        length = self.train[0].shape[1]
        shape = Shape(sizes["items"] + 1, sizes["dim"], sizes["hidden"], length, batch=1)
        return NextItemLSTM(shape).double()

    @staticmethod
    def record(path):
        with safe_open(path, "pt") as file:
            return json.loads(file.metadata()["nightjar"])

    @staticmethod
    def load(model, path):
        """Fills in the values of a checkpoint."""
        with safe_open(path, "pt") as file:
            values = {}
            for name in model.state_dict():
                # PyTorch numbers the layers of an LSTM.
                values[name] = file.get_tensor("model/" + name.removesuffix("_l0")).double()
            model.load_state_dict(values)

    def layers(self):
        """Modules whose gradients count."""
        if self.parameters == "last_layer":
            return ["output"]
        frozen = self.record(self.checkpoints[0])["model"]["switches"]["frozen_embeddings"]
        return ["lstm", "output"] if frozen else ["embedding", "lstm", "output"]


class SingleExport(Export):
    """The same for a model in single precision, to which PyTorch rounds what it loads."""

    def model(self):
        return super().model().float()


def gradients(model, layers, histories, targets):
    """The gradient of each example's loss: one row an example, all parameters side by side."""
    parameters = [p for layer in layers for p in model.get_submodule(layer).parameters()]
    for row in range(len(targets)):
        loss = torch.nn.functional.cross_entropy(
            model(histories[row : row + 1]), targets[row : row + 1])
        yield torch.cat([g.flatten() for g in torch.autograd.grad(loss, parameters)])


def reference(export):
    """Scores by name, and for each the product of gradient lengths that rounding goes by."""
    train, tests = len(export.train[1]), len(export.test[1])
    sizes = {"pairs": (train, tests), "totals": train, "self_influence": train}
    scores = {name: np.zeros(size) for name, size in sizes.items()}
    norms = {name: np.zeros(size) for name, size in sizes.items()}
    model, layers = export.model(), export.layers()
    for path, rate in zip(export.checkpoints, export.learning_rates, strict=True):
        export.load(model, path)
        test = torch.stack(list(gradients(model, layers, *export.test)))
        test_lengths = test.norm(dim=1).numpy()
        mean_test = test.mean(0)
        mean_length = mean_test.norm().item()
        for row, gradient in enumerate(gradients(model, layers, *export.train)):
            length = gradient.norm().item()
            scores["pairs"][row] += rate * (test @ gradient).numpy()
            scores["totals"][row] += rate * (mean_test @ gradient).item()
            scores["self_influence"][row] += rate * length**2
            norms["pairs"][row] += rate * length * test_lengths
            norms["totals"][row] += rate * length * mean_length
            norms["self_influence"][row] += rate * length**2
    return scores, norms


def by_captum(export):
    """Captum's scores, of those kinds that it has."""
    from captum.influence import TracInCP
    from torch.utils.data import TensorDataset

    model = export.model()
    rates = dict(zip(map(str, export.checkpoints), export.learning_rates, strict=True))

    def load(model, path):
        export.load(model, path)
        return rates[path]

    influence = TracInCP(
        model, TensorDataset(*export.train), list(rates), load, layers=export.layers(),
        loss_fn=torch.nn.CrossEntropyLoss(reduction="none"), batch_size=64)
    pairs = influence.influence(export.test, show_progress=False).T
    own = influence.self_influence(show_progress=False)
    return {"pairs": pairs.detach().numpy(), "self_influence": own.detach().numpy()}


def rank_correlation(found, expected):
    ranks = [pd.Series(values.ravel()).rank() for values in (found, expected)]
    return np.corrcoef(*ranks)[0, 1]


def judge(name, found, expected, norms, marks=True):
    """Prints one line, with a mark if the scores do not hold; whether they do."""
    if found.shape != expected.shape:
        print(f"{name:15} shape {found.shape}, expected {expected.shape}")
        return False
    error = np.abs(found - expected)
    size = np.abs(expected)
    notable = size >= NOTABLE * size.max()
    relative = (error[notable] / size[notable]).max()
    # A gradient of zero length has scores of exactly zero.
    of_norms = (error / np.maximum(norms, np.finfo(float).tiny)).max()
    rank = rank_correlation(found, expected)
    # Comparisons with NaN are false, so NaN fails.
    holds = relative < RELATIVE_BELOW and of_norms < OF_NORMS_BELOW and rank > RANK_ABOVE
    print(
        f"{name:15} {relative:10.1e} {of_norms:10.1e} {rank:13.9f}  "
        f"{found.size:9,} scores{'  FAILED' if marks and not holds else ''}")
    return holds


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, help="what export_tracin.lua was given as --out")
    parser.add_argument("--captum", action="store_true", help="ask Captum's TracInCP too")
    parser.add_argument(
        "--single", action="store_true", help="show PyTorch's own errors in single precision")
    chosen = parser.parse_args()
    # One example at a time is too little work to share.
    torch.set_num_threads(1)
    export = Export(chosen.folder)
    print(
        f"{len(export.checkpoints)} checkpoints, gradients of {', '.join(export.layers())}\n"
        f"{'':15} {'relative':>10} {'of norms':>10} {'rank':>13}")
    expected, norms = reference(export)
    held = [judge(name, export.array(name), expected[name], norms[name]) for name in expected]
    if chosen.captum:
        print("against Captum's TracInCP")
        held += [
            judge(name, export.array(name), scores, norms[name])
            for name, scores in by_captum(export).items()]
    if chosen.single:
        print("PyTorch in single precision")
        for name, scores in reference(SingleExport(chosen.folder))[0].items():
            judge(name, scores, expected[name], norms[name], marks=False)
    return 0 if all(held) else 1


if __name__ == "__main__":
    sys.exit(main())
