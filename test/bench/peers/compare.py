"""Edgewise against irspack and implicit: CPU seconds and quality on the same data, one thread each, alternating."""

import argparse
import contextlib
import io
import json
import os
import subprocess
import sys
import tempfile
import time
import warnings
from pathlib import Path

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "IRSPACK_NUM_THREADS_DEFAULT"):
    os.environ[name] = "1"

import numpy as np
import scipy.sparse as sparse
from implicit.bpr import BayesianPersonalizedRanking
from irspack import Evaluator
from irspack.recommenders import (
    CosineKNNRecommender,
    DenseSLIMRecommender,
    IALSRecommender,
    RP3betaRecommender,
    TruncatedSVDRecommender,
)

ROOT = Path(__file__).resolve().parents[3]
# Regularised so that ten epochs do not overfit the generated data.
IALS = {"alpha0": 0.3, "reg": 0.02}
BPR_EPOCHS = 5


def generate(users=6040, items=3706, count=1_000_000, seed=1):
    """Interactions of MovieLens 1M's size: long tails on both sides, and sixteen tastes that explain who likes what."""
    random = np.random.default_rng(seed)
    activity = random.pareto(1.6, users) + 0.15
    appeal = random.normal(0, 1.6, items)
    tastes = random.normal(0, 0.7, (users, 16)), random.normal(0, 0.7, (items, 16))
    sizes = np.maximum(20, np.minimum(items // 3, activity / activity.sum() * count)).astype(int)
    rows = []
    for user in range(users):
        liking = appeal + tastes[0][user] @ tastes[1].T + random.gumbel(0, 1, items)
        rows.append(np.argpartition(-liking, sizes[user])[: sizes[user]])
    indices = np.concatenate(rows)
    indptr = np.concatenate([[0], np.cumsum([len(row) for row in rows])])
    return sparse.csr_matrix((np.ones(len(indices)), indices, indptr), shape=(users, items))


def read(path):
    pairs = [line.split()[:2] for line in Path(path).read_text().splitlines() if line.strip()]
    users, items = (np.unique([pair[side] for pair in pairs], return_inverse=True)[1] for side in (0, 1))
    matrix = sparse.csr_matrix((np.ones(len(pairs)), (users, items)))
    matrix.data[:] = 1
    return matrix


def split(matrix, seed=2):
    """Holds out a random fifth of each user's interactions."""
    random = np.random.default_rng(seed)
    is_test = np.zeros(matrix.nnz, dtype=bool)
    for start, end in zip(matrix.indptr[:-1], matrix.indptr[1:]):
        chosen = random.permutation(end - start)[: (end - start) // 5]
        is_test[start + chosen] = True
    coo = matrix.tocoo()
    parts = []
    for mask in (~is_test, is_test):
        part = sparse.csr_matrix((coo.data[mask], (coo.row[mask], coo.col[mask])), shape=matrix.shape)
        part.sort_indices()
        parts.append(part)
    return parts


def write(folder, train, test):
    np.array(train.shape, dtype="<u4").tofile(folder / "shape.u32")
    for name, part in (("train", train), ("test", test)):
        part.indptr.astype("<u4").tofile(folder / f"{name}-indptr.u32")
        part.indices.astype("<u4").tofile(folder / f"{name}-indices.u32")


def peers(train):
    """Name: (how the peer is made, our algorithm and parameters, whether it iterates to the peer's quality)."""

    def ials(dim):
        theirs = lambda: IALSRecommender(train, n_components=dim, train_epochs=10, solver_type="CG", n_threads=1, **IALS)
        ours = {"algorithm": "IALS", "params": {"n_components": dim, "train_epochs": 20, **IALS}}
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


def run_theirs(make, evaluator):
    recommender = make()
    begun = time.process_time()
    with contextlib.redirect_stderr(io.StringIO()), contextlib.redirect_stdout(io.StringIO()):
        recommender.learn()
    seconds = time.process_time() - begun
    return seconds, evaluator.get_score(recommender)["ndcg"]


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
    shown = [f"{value:.4f}" if value != "" else "" for value in (their_ndcg, our_ndcg)]
    print(f"{name:<10} {theirs:>9.3f} {ours:>9.3f} {ours / theirs:>7.2f}   {shown[0]:>8} {shown[1]:>8}", flush=True)


def compare(name, entry, evaluator, folder, rounds):
    make, order, iterates = entry
    theirs, ours = [], []
    for _ in range(rounds):
        seconds, ndcg = run_theirs(make, evaluator)
        theirs.append(seconds)
        ours.append(run_ours(folder, {**order, "target": ndcg} if iterates else order))
    best = min(ours, key=lambda one: one["seconds"])
    line(name, min(theirs), best["seconds"], ndcg, best["ndcg"])


def compare_bpr(train, folder, rounds):
    order = {"algorithm": "BPR", "params": {"n_components": 64, "train_epochs": BPR_EPOCHS}}
    theirs, ours = [], []
    for _ in range(rounds):
        theirs.append(run_bpr(train))
        ours.append(run_ours(folder, order)["seconds"] / BPR_EPOCHS)
    line("BPR 64", min(theirs), min(ours))


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only")
    options = parser.parse_args()
    warnings.filterwarnings("ignore")
    train, test = split(read(options.data) if options.data else generate())
    print(f"{train.shape[0]} users, {train.shape[1]} items, {train.nnz} interactions to fit; CPU seconds, one thread")
    print(f"{'':<10} {'theirs':>9} {'ours':>9} {'ratio':>7}   {'ndcg@10':>8} {'ours':>8}")
    evaluator = Evaluator(test, 0, cutoff=10, n_threads=1)
    wanted = options.only.split(",") if options.only else None
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write(folder, train, test)
        for title, entry in peers(train).items():
            if wanted is None or title in wanted:
                compare(title, entry, evaluator, folder, options.rounds)
        if wanted is None or "BPR 64" in wanted:
            compare_bpr(train, folder, options.rounds)


if __name__ == "__main__":
    main()
