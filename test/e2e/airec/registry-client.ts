/**
 * Runs MLflow's own client against a stack of its own: `node test/e2e/airec/registry-client.ts PYTHON`, where PYTHON has the package
 * `mlflow-skinny` or `mlflow`. Prints each answer that is not as it should be, and ends with 1 if there is one.
 */
import { execFileSync } from "node:child_process";
import { isDeepStrictEqual } from "node:util";
import { waitFor } from "#cli/demo/wait-for.ts";
import { removeState, startTestStack } from "../../setup/stack.ts";
import { filmsCsv, ratingsCsv } from "./films.ts";
import { openStudio, SETTINGS, type StudioProject } from "./studio.ts";

const [python = "python3"] = process.argv.slice(2);
const stack = await startTestStack({ settings: SETTINGS });
try {
  const studio = openStudio(stack.url);
  await studio.signUp();
  const films = {
    schema: { item_id: "film", item_title: "name", feature_cols: ["genre"] },
    text: filmsCsv(),
  };
  const ratings = { schema: { user_id: "viewer", item_id: "film", rating: "stars" }, text: ratingsCsv() };
  const first = await studio.create({ name: "films", content: films });
  const second = await studio.create({ name: "both", content: films, interactions: ratings });
  const isReady = ({ status }: StudioProject) => status === "ready";
  for (const { id } of [first, second]) await waitFor(() => studio.status(id), isReady);
  const [other, name] = [first, second].map(({ id }) => `project-${id}-recommender`);
  const expected: Readonly<Record<string, unknown>> = {
    searched: [other, name],
    filtered: [name],
    functions: [other, name],
    latest: ["1"],
    stages: ["1"],
    production: [],
    versions: ["1"],
    ordered: ["1"],
    status: "READY",
    unknown: "RESOURCE_DOES_NOT_EXIST",
    unknown_version: "RESOURCE_DOES_NOT_EXIST",
    bad_filter: "INVALID_PARAMETER_VALUE",
    writing: "ENDPOINT_NOT_FOUND",
    deleting: "ENDPOINT_NOT_FOUND",
  };
  const program = new URL("registry-client.py", import.meta.url).pathname;
  const printed = execFileSync(python, [program, `${stack.url}/airec`, name ?? ""], { encoding: "utf8" });
  const found = JSON.parse(printed) as Readonly<Record<string, unknown>>;
  const wrong = Object.keys(expected).filter((key) => !isDeepStrictEqual(found[key], expected[key]));
  for (const key of wrong)
    console.log(`${key}: ${JSON.stringify(found[key])} instead of ${JSON.stringify(expected[key])}`);
  console.log(
    `${Object.keys(expected).length - wrong.length} of ${Object.keys(expected).length} as expected`,
  );
  process.exitCode = wrong.length > 0 ? 1 : 0;
} finally {
  await stack.stop();
  removeState(stack.stateDir);
}
