import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import type { Quotas } from "#services/access/quotas.ts";
import { NO_QUOTAS } from "#services/access/quotas.ts";
import { bodyOf, createProject, join, testApi } from "../../../runtime/api.ts";
import { post, readyData, readyModel } from "../../../runtime/study.ts";

async function limited(quotas: Partial<Quotas>) {
  const open = testApi();
  await join(open);
  const api = testApi({ settings: { ...open.deps.settings, quotas: { ...NO_QUOTAS, ...quotas } } });
  return { api, ann: await join(api), bob: await join(api) };
}

describe("the quotas of an account", () => {
  it("limit its projects, separately for each account", async () => {
    const { ann, bob } = await limited({ projects: 1 });
    await createProject(ann);
    const body = { name: "one more", user_column: "user", item_column: "item" };
    const refused = await ann.call("POST", "/project/", body);
    expect(refused.status).toBe(403);
    expect(await bodyOf(refused)).toMatchObject({
      detail: expect.stringContaining("may have 1 projects and has 1"),
      code: "quota_exceeded",
    });
    await createProject(bob);
  });

  it("limit the bytes of its files and models", async () => {
    const { ann } = await limited({ storage_mb: 10 });
    const { id } = await createProject(ann);
    await readyData(id, { filesize: 9_500_000 });
    const upload = (size: number) =>
      ann.call("POST", "/uploads/", { project: id, kind: "training_data", filename: "a.csv", size });
    expect((await upload(600_000)).status).toBe(403);
    expect((await upload(400_000)).status).toBe(201);
  });

  it("hold for requests at the same moment: only as many are accepted as there is room for", async () => {
    const { api, ann } = await limited({ projects: 3, jobs: 3, storage_mb: 10 });
    const atOnce = async (ask: (at: number) => Promise<Response>) => {
      const answers = await Promise.all(Array.from({ length: 6 }, (_, at) => ask(at)));
      const refused = answers.filter(({ status }) => status === 403);
      for (const answer of refused) expect(await bodyOf(answer)).toMatchObject({ code: "quota_exceeded" });
      return [answers.filter(({ ok }) => ok).length, refused.length];
    };
    const columns = { user_column: "user", item_column: "item" };
    expect(await atOnce((at) => ann.call("POST", "/project/", { name: `p${at}`, ...columns }))).toEqual([
      3, 3,
    ]);
    const [project] = await api.deps.db.query.project.findMany({
      where: (row, { eq: is }) => is(row.ownerId, ann.session.user.pk),
    });
    const projectId = project?.id ?? 0;
    const data = await readyData(projectId);
    const [split, evaluation] = [
      await post(ann, "/split_config/", {}),
      await post(ann, "/evaluation_config/", {}),
    ];
    const configuration = await post(ann, "/model_configuration/", {
      project: projectId,
      recommender_class_name: "TopPopRecommender",
    });
    const model = await readyModel(projectId, configuration, data);
    const asks = [
      () => ann.call("POST", "/parameter_tuning_job/", { data, split, evaluation }),
      () => ann.call("POST", "/trained_model/", { configuration, data_loc: data }),
      () => ann.call("POST", `/trained_model/${model}/evaluate/`, { split, evaluation }),
    ];
    expect(await atOnce((at) => (asks[at % 3] as (typeof asks)[number])())).toEqual([3, 3]);
    const upload = { project: projectId, kind: "training_data", filename: "a.csv", size: 3_300_000 };
    // Uploads and imports under way count as much as finished ones.
    expect(await atOnce(() => ann.call("POST", "/uploads/", upload))).toEqual([3, 3]);
  });

  it("count a form's file by its own size, and keep nothing of a file without room", async () => {
    const { api, ann } = await limited({ storage_mb: 1 });
    const { id } = await createProject(ann);
    const send = () => {
      const form = new FormData();
      form.append("project", String(id));
      form.append("file", new File([new Uint8Array(400_000).fill(65)], "a.csv"));
      const headers = { authorization: `Bearer ${ann.session.access}` };
      return api.fetch("/api/v1/training_data/", { method: "POST", headers, body: form });
    };
    const answers = await Promise.all([send(), send(), send(), send()]);
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 201, 403, 403]);
    const { objects } = await env.STORE.list({ prefix: `projects/${id}/` });
    expect(objects).toHaveLength(2);
  });
});
