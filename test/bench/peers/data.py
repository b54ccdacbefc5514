"""
The data of compare.py: generated, or read from a file, and split into a part to fit and a part to measure on.

Run: python data.py zipf|dense FOLDER, which writes train.tsv and test.tsv.
"""

import sys
from pathlib import Path

import numpy as np
import scipy.sparse as sparse


def dense_tastes(users=6040, items=3706, count=1_000_000, seed=1):
    """MovieLens 1M's size: long tails on both sides, and sixteen tastes that explain who likes what."""
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


def zipf(users=31_668, items=38_048, count=1_550_000, seed=1):
    """
    A large sparse catalogue: how much people take and how often items are taken fall off as Zipf's law says. Items lie in 300 groups;
    a person takes 70 % from three groups of their own and the rest from everywhere. Four fifths of `count` are left to fit.
    """
    random = np.random.default_rng(seed)
    groups, own_groups, own_share = 300, 3, 0.7
    activity = random.permutation((np.arange(users) + 200.0) ** -0.8)
    popularity = random.permutation((np.arange(items) + 20.0) ** -0.8)
    # Items by group, and where each group lies in the cumulated popularity.
    group_of = random.integers(0, groups, items)
    order = np.argsort(group_of, kind="stable")
    cumulated = np.concatenate([[0], np.cumsum(popularity[order])])
    edges = cumulated[np.searchsorted(group_of[order], np.arange(groups + 1))]
    tastes = random.integers(0, groups, (users, own_groups))
    cumulated_activity = np.cumsum(activity) / activity.sum()
    pairs = np.empty(0, dtype=np.int64)
    while len(pairs) < count:
        drawn = count // 4
        user = np.minimum(users - 1, np.searchsorted(cumulated_activity, random.random(drawn)))
        group = tastes[user, random.integers(0, own_groups, drawn)]
        is_own = random.random(drawn) < own_share
        low = np.where(is_own, edges[group], 0)
        high = np.where(is_own, edges[group + 1], cumulated[-1])
        place = np.searchsorted(cumulated, low + (high - low) * random.random(drawn), side="right") - 1
        drawn_pairs = user * items + order[np.minimum(items - 1, place)]
        pairs = np.unique(np.concatenate([pairs, drawn_pairs]))
    pairs = np.sort(random.permutation(pairs)[:count])
    return sparse.csr_matrix((np.ones(count), (pairs // items, pairs % items)), shape=(users, items))


SETS = {"zipf": zipf, "dense": dense_tastes}


def read(path):
    """User and item a line, anything between white space; further columns are ignored."""
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
    """As raw arrays, for ours.ts."""
    np.array(train.shape, dtype="<u4").tofile(folder / "shape.u32")
    for name, part in (("train", train), ("test", test)):
        part.indptr.astype("<u4").tofile(folder / f"{name}-indptr.u32")
        part.indices.astype("<u4").tofile(folder / f"{name}-indices.u32")


def write_text(folder, train, test):
    """User and item a line."""
    for name, part in (("train", train), ("test", test)):
        coo = part.tocoo()
        with open(folder / f"{name}.tsv", "w") as file:
            file.writelines(f"{user}\t{item}\n" for user, item in zip(coo.row, coo.col))


if __name__ == "__main__":
    _, set_name, folder_name = sys.argv
    write_text(Path(folder_name), *split(SETS[set_name]()))
