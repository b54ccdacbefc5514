"""LightFM on the splits of test/bench/features: reads a folder that the bench wrote, prints one JSON object for each row.

Features are those of the bench without values below 0, each row divided by its sum, beside an id of weight 1. The settings were
chosen on ML-100K, seed 0, by the test part: in LightFM's favour."""

import json
import os
import sys
import time
from pathlib import Path

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = "1"

import numpy as np
import scipy.sparse as sp
from lightfm import LightFM

CUTOFF = 10
DIM = 32
EPOCHS = 20
# Tried in turn: some data need a lower one.
LEARNING_RATES = (0.05, 0.025, 0.0125)
# By row: what items and users are. New ones have features alone, so that the untrained embedding of an id is no noise.
CASES = {
    "ids": ("ids", "ids"),
    "ids + features": ("both", "both"),
    "features of items": ("features", "ids"),
    "features of items but words": ("labels", "ids"),
    "features of users": ("ids", "features"),
}


def matrix(folder, name):
    shape = json.loads((folder / f"{name}.json").read_text())
    read = lambda part, kind: np.fromfile(folder / f"{name}.{part}", dtype=kind)
    indptr, indices, values = read("indptr", "u4"), read("indices", "u4"), read("values", "f4")
    return sp.csr_matrix((values, indices.astype("i4"), indptr.astype("i4")), shape=shape)


def encoded(features, words, case):
    """Features of one side."""
    ids = sp.identity(features.shape[0], dtype="f4", format="csr")
    if case == "ids" or features.shape[1] == 0:
        return ids
    kept = features.multiply(features > 0).tocsc()
    if case == "labels":
        kept = kept[:, np.setdiff1d(np.arange(kept.shape[1]), words)]
    sums = np.asarray(kept.sum(axis=1)).ravel()
    scaled = sp.diags(1 / np.where(sums > 0, sums, 1)).dot(kept)
    return (sp.hstack([ids, scaled]) if case == "both" else scaled).tocsr().astype("f4")


def fitted(train, items, users, seed):
    for rate in LEARNING_RATES:
        model = LightFM(no_components=DIM, loss="warp", learning_rate=rate, random_state=seed)
        try:
            return model.fit(train, user_features=users, item_features=items, epochs=EPOCHS, num_threads=1)
        except ValueError as error:
            problem = error
    raise problem


def ndcg(model, train, heldout, candidates, users, items):
    """Mean over the users with held-out items; seen items are left out."""
    _, users = model.get_user_representations(users)
    item_bias, items = model.get_item_representations(items)
    discounts = 1 / np.log2(np.arange(2, CUTOFF + 2))
    outside = np.ones(train.shape[1], bool)
    outside[candidates] = False
    values = []
    for user in range(train.shape[0]):
        wanted = heldout.indices[heldout.indptr[user] : heldout.indptr[user + 1]]
        if len(wanted) == 0:
            continue
        scores = items @ users[user] + item_bias
        scores[train.indices[train.indptr[user] : train.indptr[user + 1]]] = -np.inf
        scores[outside] = -np.inf
        best = np.argsort(-scores, kind="stable")[:CUTOFF]
        gain = np.isin(best, wanted) @ discounts[: len(best)]
        values.append(gain / discounts[: len(wanted)].sum())
    return float(np.mean(values))


def side(folder, name, count):
    if (folder / f"{name}.json").exists():
        words = json.loads((folder / f"{name}.words").read_text())
        return matrix(folder, name), np.array(words, dtype=int)
    return sp.csr_matrix((count, 0), dtype="f4"), np.array([], dtype=int)


def main(folder):
    train, heldout = matrix(folder, "train"), matrix(folder, "heldout")
    items, users = side(folder, "items", train.shape[1]), side(folder, "users", train.shape[0])
    candidates = np.fromfile(folder / "candidates", dtype="u4")
    seed = int((folder / "seed").read_text())
    ones = train.copy()
    ones.data[:] = 1
    for label, (of_items, of_users) in CASES.items():
        own = encoded(*items, of_items), encoded(*users, of_users)
        started = time.process_time()
        model = fitted(ones.tocoo(), *own, seed)
        seconds = time.process_time() - started
        arrays = (model.item_embeddings, model.user_embeddings, model.item_biases, model.user_biases)
        figure = ndcg(model, train, heldout, candidates, own[1], own[0])
        row = {"label": f"LightFM, {label}", "ndcg": figure, "fitSeconds": seconds}
        print(json.dumps({**row, "bytes": sum(array.nbytes for array in arrays)}), flush=True)


main(Path(sys.argv[1]))
