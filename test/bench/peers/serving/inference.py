"""A FastAPI service that answers as Recotem's inference does: key, slots and model looked up for each request, irspack for the list.

Environment: BENCH_INTERACTIONS (a file, `user<TAB>item` a line), BENCH_MODEL (ials or knn), BENCH_FACTORS, BENCH_KEY. Run it with uvicorn and one
process, as Recotem's container does. Recotem's database is PostgreSQL; here it is SQLite in this process, which is faster.
"""

import hashlib
import os
import random
import sqlite3
import uuid

import numpy as np
import scipy.sparse as sps
from fastapi import Depends, FastAPI, Header, HTTPException
from irspack.recommenders import CosineKNNRecommender, IALSRecommender
from irspack.utils.id_mapping import IDMapper
from pydantic import BaseModel, Field

PROJECT = 1
MODEL = 1


def read_interactions(path):
    with open(path, encoding="utf-8") as lines:
        pairs = [line.rstrip("\n").split("\t") for line in lines]
    users = list(dict.fromkeys(user for user, _ in pairs))
    items = list(dict.fromkeys(item for _, item in pairs))
    user_at = {user: at for at, user in enumerate(users)}
    item_at = {item: at for at, item in enumerate(items)}
    rows = np.fromiter((user_at[user] for user, _ in pairs), dtype=np.int64)
    columns = np.fromiter((item_at[item] for _, item in pairs), dtype=np.int64)
    matrix = sps.csr_matrix((np.ones(len(pairs)), (rows, columns)), shape=(len(users), len(items)))
    matrix.data[:] = 1
    return users, items, matrix


def fitted(matrix):
    if os.environ["BENCH_MODEL"] == "knn":
        return CosineKNNRecommender(matrix, top_k=50, n_threads=1).learn()
    factors = int(os.environ["BENCH_FACTORS"])
    return IALSRecommender(matrix, n_components=factors, train_epochs=1, n_threads=1).learn()


def open_database():
    database = sqlite3.connect(":memory:", check_same_thread=False)
    database.execute("create table api_key (hash text primary key, project integer, scopes text, active integer)")
    database.execute("create table slot (id integer, name text, project integer, model integer, weight real, active integer)")
    digest = hashlib.sha256(os.environ["BENCH_KEY"].encode()).hexdigest()
    database.execute("insert into api_key values (?, ?, 'predict', 1)", (digest, PROJECT))
    database.execute("insert into slot values (1, 'default', ?, ?, 100, 1)", (PROJECT, MODEL))
    return database


users, items, matrix = read_interactions(os.environ["BENCH_INTERACTIONS"])
models = {MODEL: (fitted(matrix), IDMapper(users, items))}
known = set(users)
database = open_database()
app = FastAPI()


class PredictRequest(BaseModel):
    user_id: str
    cutoff: int = Field(default=10, ge=1, le=1000)


class BatchRequest(BaseModel):
    user_ids: list[str] = Field(max_length=100)
    cutoff: int = Field(default=10, ge=1, le=1000)


def key_project(x_api_key: str = Header()) -> int:
    digest = hashlib.sha256(x_api_key.encode()).hexdigest()
    row = database.execute("select project, scopes from api_key where hash = ? and active = 1", (digest,)).fetchone()
    if row is None:
        raise HTTPException(401, "Invalid API key")
    if "predict" not in row[1].split(","):
        raise HTTPException(403, "The key lacks the scope predict")
    return row[0]


def listed(model_id, user_id, cutoff):
    recommender, mapper = models[model_id]
    found = mapper.recommend_for_known_user_id(recommender, user_id, cutoff=cutoff)
    return {
        "items": [{"item_id": item, "score": float(score)} for item, score in found],
        "model_id": model_id,
        "request_id": str(uuid.uuid4()),
    }


@app.post("/predict/project/{project_id}")
def predict(project_id: int, body: PredictRequest, project: int = Depends(key_project)):
    if project != project_id:
        raise HTTPException(403, "The key is of another project")
    slots = database.execute(
        "select id, name, model, weight from slot where project = ? and active = 1", (project_id,)
    ).fetchall()
    slot_id, name, model_id, _ = random.choices(slots, weights=[slot[3] for slot in slots])[0]
    if body.user_id not in known:
        raise HTTPException(404, f"User '{body.user_id}' not found in model")
    return {**listed(model_id, body.user_id, body.cutoff), "slot_id": slot_id, "slot_name": name}


@app.post("/predict/{model_id}/batch")
def predict_batch(model_id: int, body: BatchRequest, project: int = Depends(key_project)):
    return {"results": [listed(model_id, user, body.cutoff) for user in body.user_ids if user in known]}
