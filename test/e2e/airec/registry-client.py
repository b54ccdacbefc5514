"""Asks the model registry at sys.argv[1] with MLflow's own client for the model of a project, and prints what it says as JSON."""

import json
import sys

import mlflow
from mlflow.exceptions import MlflowException

mlflow.set_tracking_uri(sys.argv[1])
mlflow.set_registry_uri(sys.argv[1])
name = sys.argv[2]
client = mlflow.MlflowClient()


def refusal(call):
    try:
        call()
    except MlflowException as error:
        return error.error_code
    return None


found = {
    "searched": [model.name for model in client.search_registered_models()],
    "filtered": [model.name for model in client.search_registered_models(f"name = '{name}'", max_results=1)],
    "functions": [model.name for model in mlflow.search_registered_models(filter_string="name ILIKE 'PROJECT-%'")],
    "latest": [version.version for version in client.get_registered_model(name).latest_versions],
    "stages": [version.version for version in client.get_latest_versions(name, ["None"])],
    "production": [version.version for version in client.get_latest_versions(name, ["Production"])],
    "versions": [version.version for version in client.search_model_versions(f"name='{name}'")],
    "ordered": [
        version.version
        for version in client.search_model_versions(f"name = '{name}'", order_by=["version_number ASC"])
    ],
    "status": client.get_model_version(name, "1").status,
    "unknown": refusal(lambda: client.get_registered_model("project-999999-recommender")),
    "unknown_version": refusal(lambda: client.get_model_version(name, "99")),
    "bad_filter": refusal(lambda: client.search_model_versions("owner = 'x'")),
    "writing": refusal(lambda: client.create_registered_model("mine")),
    "deleting": refusal(lambda: client.delete_registered_model(name)),
}
print(json.dumps(found))
