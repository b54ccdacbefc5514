import { env } from "cloudflare:workers";
import { eq } from "drizzle-orm";
import { beforeAll, describe, expect, it } from "vitest";
import type { ArchiveTable } from "#contract/archive.ts";
import { projectResponse } from "#contract/project.ts";
import { project, trainedModel, trainingData } from "#db/schema.ts";
import { bodyOf, createProject, join, readAs, testApi } from "../../../runtime/api.ts";
import { exported, importing, withHead, withRows } from "../../../runtime/archive.ts";
import { post, readyData, readyModel } from "../../../runtime/study.ts";

const CSV = "user,item\n1,2\n";

/** A project with a row of each kind, as an archive that tests change and that another account brings back. */
async function makeWorld() {
  const api = testApi();
  await join(api);
  const [ann, bob] = [await join(api), await join(api)];
  const { id } = await createProject(ann);
  const dataId = await readyData(id, { filesize: 3 });
  const [data] = await api.deps.db.select().from(trainingData).where(eq(trainingData.id, dataId));
  await env.STORE.put(data?.fileKey ?? "", CSV);
  const split = await post(ann, "/split_config/", {});
  const evaluation = await post(ann, "/evaluation_config/", {});
  await post(ann, "/parameter_tuning_job/", { data: dataId, split, evaluation });
  const configuration = await post(ann, "/model_configuration/", {
    project: id,
    recommender_class_name: "TopPopRecommender",
  });
  await post(ann, "/saved_rule/", { project: id, name: "rule", rule: "at most 3" });
  const trained_model = await readyModel(id, configuration, dataId);
  await api.deps.db.update(trainedModel).set({ artifactKey: null }).where(eq(trainedModel.id, trained_model));
  await post(ann, "/deployment_slot/", { project: id, name: "slot", trained_model });
  return { api, bob, archive: await exported(ann, id) };
}

const repeated = (count: number) => (line: string) =>
  Array.from({ length: count }, (_, at) => {
    const row = JSON.parse(line) as object;
    const first = "is_default" in row && { is_default: at === 0 };
    return JSON.stringify({ ...row, id: at + 1, name: `row ${at}`, ...first });
  }).join("\n");

const numberOf = (field: string, text: string) => (line: string) =>
  line.replace(new RegExp(`"${field}":[^,}]+`), `"${field}":${text}`);

const DAY_MS = 24 * 3_600_000;
const inTwoDays = String(Date.now() + 2 * DAY_MS);
const deep = `{"a":${"[".repeat(100_000)}${"]".repeat(100_000)}}`;

describe("an archive with values that the API would refuse", () => {
  let world: Awaited<ReturnType<typeof makeWorld>>;
  beforeAll(async () => {
    world = await makeWorld();
  });

  it.each<[string, ArchiveTable, (line: string) => string, RegExp]>([
    ["a million parallel trials", "tuning_job", numberOf("n_tasks_parallel", "1000000"), /n_tasks_parallel/],
    [
      "2⁵² parallel trials",
      "tuning_job",
      numberOf("n_tasks_parallel", "4503599627370496"),
      /n_tasks_parallel/,
    ],
    ["a time beyond all calendars", "split_config", numberOf("created_at", "9e15"), /created_at/],
    ["a time to come", "evaluation_config", numberOf("created_at", inTwoDays), /created in the future/],
    ["a fraction for a count", "tuning_job", numberOf("n_trials", "1.5"), /n_trials/],
    ["a figure that JSON reads as infinite", "tuning_job", numberOf("best_score", "1e999"), /best_score/],
    ["parameters that nest without end", "model_configuration", (line) => line.replace("{}", deep), /nest/],
    ["a status that is an object", "tuning_job", numberOf("status", '{"toString":1}'), /status: A dict/],
    ["a file name of no letter", "data_file", numberOf("basename", '"* * *"'), /needs a letter or a digit/],
    ["a packed file", "data_file", numberOf("basename", '"all.zip"'), /compression/],
    ["51 slots", "deployment_slot", repeated(51), /more than 50 rows of deployment_slot/],
    ["101 rules", "saved_rule", repeated(101), /more than 100 rows of saved_rule/],
    ["a shadow in which models go live", "deployment_slot", numberOf("is_shadow", "true"), /is a shadow/],
    ["a row of megabytes", "model_configuration", (line) => line + " ".repeat(1_100_000), /too long/],
  ])("is refused for %s, by name, and leaves nothing behind", async (_what, table, change, reason) => {
    const { api, bob, archive } = world;
    const changed = await withRows(archive, table, change);
    const response = await importing(api, bob, changed, "copy");
    expect(response.status).toBe(400);
    expect(JSON.stringify(await bodyOf(response))).toMatch(reason);
    const rows = await api.deps.db.select().from(project).where(eq(project.ownerId, bob.session.user.pk));
    expect(rows).toEqual([]);
  });

  it.each([
    [{ user_column: "u", item_column: "u", time_column: "u" }, /item_column: Column ..u.. holds the user/],
    [{ user_column: "u", item_column: "i", time_column: "i" }, /time_column: Column ..i.. holds the item/],
    [{ name: "\u200b" }, /project\.name: This field may not be blank/],
  ])("is refused for a project of %j", async (values, reason) => {
    const { api, bob, archive } = world;
    const changed = await withHead(archive, (text) => {
      const head = JSON.parse(text) as { project: object };
      return JSON.stringify({ ...head, project: { ...head.project, ...values } });
    });
    const response = await importing(api, bob, changed, "copy");
    expect(response.status).toBe(400);
    expect(JSON.stringify(await bodyOf(response))).toMatch(reason);
    const rows = await api.deps.db.select().from(project).where(eq(project.ownerId, bob.session.user.pk));
    expect(rows).toEqual([]);
  });

  it("has its files measured instead of trusting their stated size, and named as uploads are", async () => {
    const { api, bob, archive } = world;
    const named = (line: string) =>
      line.replace('"basename":"log.csv"', '"basename":"../../etc/log one.csv"');
    const changed = await withRows(archive, "data_file", named);
    const made = await readAs(projectResponse, await importing(api, bob, changed, "copy"), 201);
    const rows = await api.deps.db.select().from(trainingData).where(eq(trainingData.projectId, made.id));
    expect(rows).toMatchObject([{ filesize: CSV.length, basename: "log_one.csv" }]);
  });
});
