"""LightFM for light-fm.ts: reads a folder with a split and rows of features, prints one JSON object."""

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


def matrix(folder, name):
    shape = json.loads((folder / f"{name}.json").read_text())
    read = lambda part, kind: np.fromfile(folder / f"{name}.{part}", dtype=kind)
    indptr, indices, values = read("indptr", "u4"), read("indices", "u4"), read("values", "f4")
    return sp.csr_matrix((values, indices.astype("i4"), indptr.astype("i4")), shape=shape)


def ndcg(scores, train, heldout, candidates, cutoff):
    """Mean over the users with held-out items; seen items and those that are no candidates are left out."""
    discounts = 1 / np.log2(np.arange(2, cutoff + 2))
    if candidates is not None:
        outside = np.ones(scores.shape[1], bool)
        outside[candidates] = False
        scores[:, outside] = -np.inf
    values = []
    for user, row in enumerate(scores):
        wanted = heldout.indices[heldout.indptr[user] : heldout.indptr[user + 1]]
        if len(wanted) == 0:
            continue
        row[train.indices[train.indptr[user] : train.indptr[user + 1]]] = -np.inf
        best = np.argsort(-row, kind="stable")[:cutoff]
        values.append(np.isin(best, wanted) @ discounts / discounts[: len(wanted)].sum())
    return float(np.mean(values))


def main(folder):
    settings = json.loads((folder / "settings.json").read_text())
    train, heldout, items, users = (matrix(folder, name) for name in ("train", "heldout", "items", "users"))
    train.data[:] = 1
    model = LightFM(
        no_components=settings["dim"],
        loss="warp",
        learning_rate=settings["rate"],
        random_state=settings["seed"],
    )
    started = time.process_time()
    epochs = settings["epochs"]
    model.fit(train.tocoo(), user_features=users, item_features=items, epochs=epochs, num_threads=1)
    seconds = (time.process_time() - started) / epochs
    item_bias, item_vectors = model.get_item_representations(items)
    _, user_vectors = model.get_user_representations(users)
    scores = user_vectors @ item_vectors.T + item_bias
    figure = ndcg(scores, train, heldout, settings["candidates"], settings["cutoff"])
    print(json.dumps({"peer": figure, "peerSeconds": seconds}))


main(Path(sys.argv[1]))
