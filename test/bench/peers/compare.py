"""Edgewise against irspack and implicit: CPU seconds and quality on the same data, one thread each, alternating."""

import argparse
import contextlib
import io
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
import warnings
from pathlib import Path

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "IRSPACK_NUM_THREADS_DEFAULT"):
    os.environ[name] = "1"

import numpy as np
from implicit.bpr import BayesianPersonalizedRanking
from irspack import Evaluator
from irspack.recommenders import (
    CosineKNNRecommender,
    DenseSLIMRecommender,
    IALSRecommender,
    RP3betaRecommender,
    TruncatedSVDRecommender,
)

import data

ROOT = Path(__file__).resolve().parents[3]
# By data set: weights, and the epochs after which the peer is at its best or nearly so.
IALS = {
    "zipf": {"alpha0": 0.01, "reg": 0.02, "train_epochs": 5},
    "dense": {"alpha0": 0.3, "reg": 0.02, "train_epochs": 10},
}
BPR_EPOCHS = 5
# Where ours stops for a dense inverse.
MAX_DENSE_ITEMS = 4096


def peers(train, settings):
    """Name: (how the peer is made, our algorithm and parameters, whether it iterates to the peer's quality)."""

    def ials(dim):
        theirs = lambda: IALSRecommender(train, n_components=dim, solver_type="CG", n_threads=1, **settings)
        most = {**settings, "train_epochs": 2 * settings["train_epochs"]}
        ours = {"algorithm": "IALS", "params": {"n_components": dim, **most}}
        return theirs, ours, True

    knn = {"top_k": 100, "shrinkage": 10.0, "normalize": True}
    return {
        "iALS 64": ials(64),
        "iALS 128": ials(128),
        "RP3beta": (
            lambda: RP3betaRecommender(train, top_k=100, n_threads=1),
            {"algorithm": "RP3beta", "params": {"top_k": 100}},
            False,
        ),
        "CosineKNN": (
            lambda: CosineKNNRecommender(train, n_threads=1, **knn),
            {"algorithm": "CosineKNN", "params": knn},
            False,
        ),
        "EASE": (
            lambda: DenseSLIMRecommender(train, reg=200),
            {"algorithm": "DenseSLIM", "params": {"reg": 200}},
            False,
        ),
        "SVD 64": (
            lambda: TruncatedSVDRecommender(train, n_components=64),
            {"algorithm": "TruncatedSVD", "params": {"n_components": 64}},
            False,
        ),
    }


def run_theirs(make, evaluator, known_ndcg=None):
    recommender = make()
    begun = time.process_time()
    with contextlib.redirect_stderr(io.StringIO()), contextlib.redirect_stdout(io.StringIO()):
        recommender.learn()
    seconds = time.process_time() - begun
    return seconds, known_ndcg or evaluator.get_score(recommender)["ndcg"]


def run_bpr(train):
    model = BayesianPersonalizedRanking(factors=64, iterations=BPR_EPOCHS, num_threads=1, random_state=1)
    begun = time.process_time()
    model.fit(train.astype(np.float32), show_progress=False)
    return (time.process_time() - begun) / BPR_EPOCHS


def run_ours(folder, order):
    node = ROOT / "node_modules/.bin/node"
    command = [str(node), str(ROOT / "test/bench/peers/ours.ts"), str(folder), json.dumps(order)]
    answer = subprocess.run(command, capture_output=True, text=True)
    if answer.returncode != 0:
        sys.exit(answer.stderr)
    return json.loads(answer.stdout)


def line(name, theirs, ours, their_ndcg="", our_ndcg=""):
    """Medians of the rounds; the ratio is the median of the rounds' ratios, whose two sides ran one after the other."""
    ratio = statistics.median(own / other for own, other in zip(ours, theirs))
    shown = [f"{value:.4f}" if value != "" else "" for value in (their_ndcg, our_ndcg)]
    seconds = [statistics.median(side) for side in (theirs, ours)]
    print(f"{name:<10} {seconds[0]:>9.3f} {seconds[1]:>9.3f} {ratio:>7.2f}   {shown[0]:>8} {shown[1]:>8}", flush=True)


def compare(name, entry, evaluator, folder, rounds):
    make, order, iterates = entry
    theirs, ours = [], []
    ndcg = None
    for _ in range(rounds):
        # Measuring the peer takes longer than fitting it: once is enough, as it has a fixed seed.
        seconds, ndcg = run_theirs(make, evaluator, ndcg)
        theirs.append(seconds)
        answer = run_ours(folder, {**order, "target": ndcg} if iterates else order)
        ours.append(answer["seconds"])
    line(name, theirs, ours, ndcg, answer["ndcg"])


def compare_bpr(train, folder, rounds):
    order = {"algorithm": "BPR", "params": {"n_components": 64, "train_epochs": BPR_EPOCHS}}
    theirs, ours = [], []
    for _ in range(rounds):
        theirs.append(run_bpr(train))
        ours.append(run_ours(folder, order)["seconds"] / BPR_EPOCHS)
    line("BPR 64", theirs, ours)


def compare_all(name, options):
    matrix = data.SETS[name]() if name in data.SETS else data.read(name)
    train, test = data.split(matrix)
    print(f"{name}: {train.shape[0]} users, {train.shape[1]} items, {train.nnz} interactions to fit; CPU seconds, one thread")
    print(f"{'':<10} {'theirs':>9} {'ours':>9} {'ratio':>7}   {'ndcg@10':>8} {'ours':>8}")
    evaluator = Evaluator(test, 0, cutoff=10, n_threads=1)
    wanted = options.only.split(",") if options.only else None
    with tempfile.TemporaryDirectory() as folder_name:
        folder = Path(folder_name)
        data.write(folder, train, test)
        for title, entry in peers(train, IALS.get(name, IALS["dense"])).items():
            fits = title != "EASE" or train.shape[1] <= MAX_DENSE_ITEMS
            if fits and (wanted is None or title in wanted):
                compare(title, entry, evaluator, folder, options.rounds)
        if wanted is None or "BPR 64" in wanted:
            compare_bpr(train, folder, options.rounds)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only")
    options = parser.parse_args()
    warnings.filterwarnings("ignore")
    for name in [options.data] if options.data else data.SETS:
        compare_all(name, options)


if __name__ == "__main__":
    main()
