import { env } from "cloudflare:workers";
import { eq } from "drizzle-orm";
import { expect, it } from "vitest";
import { trainedModel } from "../../../../workers/core/db/schema.ts";
import { renewArtifacts } from "../../../../workers/core/services/artifact-renewal.ts";
import { createArtifactKeyRing } from "../../../../workers/core/storage/artifact-signing.ts";
import { createArtifactStore } from "../../../../workers/core/storage/artifact-store.ts";
import { modelKey } from "../../../../workers/core/storage/keys.ts";
import { createProject, join, testApi } from "../../runtime/api.ts";
import { post, readyData, readyModel } from "../../runtime/study.ts";

const [OLD, NEW] = ["old-secret-of-at-least-32-characters", "new-secret-of-at-least-32-characters"] as const;

it("renews all models over some runs, leaves what does not belong, and says when the old secret can go", async () => {
  await env.DB.prepare("delete from user").run();
  const api = testApi();
  await join(api);
  const ann = await join(api);
  const { id: project } = await createProject(ann);
  const data = await readyData(project, { artifactKey: null });
  const configuration = await post(ann, "/model_configuration/", {
    project,
    recommender_class_name: "TopPopRecommender",
  });
  const old = createArtifactStore(env.STORE, () => createArtifactKeyRing([OLD]));
  const renewed = createArtifactStore(env.STORE, () => createArtifactKeyRing([NEW]));
  const keys: string[] = [];
  for (let at = 0; at < 45; at++) {
    const id = await readyModel(project, configuration, data);
    const key = modelKey(project, id);
    await api.deps.db.update(trainedModel).set({ artifactKey: key }).where(eq(trainedModel.id, id));
    const sections = [{ name: "a", data: new Uint8Array([at]) }];
    await old.put(key, { kind: "model", meta: { project_id: project, model_id: id }, sections });
    keys.push(key);
  }
  // Two models that were exchanged, and one that is lost.
  const [first = "", second = "", lost = ""] = keys;
  const bytes = await Promise.all(
    [first, second].map(async (key) => (await env.STORE.get(key))?.arrayBuffer()),
  );
  await env.STORE.put(first, bytes[1] ?? "");
  await env.STORE.put(second, bytes[0] ?? "");
  await env.STORE.delete(lost);
  const deps = { ...api.deps, artifactKeys: () => createArtifactKeyRing([NEW, OLD]) };
  const runs = [];
  for (let run = 0; run < 6; run++) runs.push(await renewArtifacts(deps));
  expect(runs[0]).toMatchObject({ renewed: 37, refused: 3, completeAt: null });
  expect(runs.at(-1)).toMatchObject({ renewed: 0, refused: 3, completeAt: api.deps.clock() });
  for (const key of keys.slice(3)) expect((await renewed.get(key, "model")).sections).toHaveLength(1);
  await expect(renewed.get(first, "model")).rejects.toThrow();
  expect(api.logged.map(({ fields }) => fields?.all_by_the_newest)).toContain(true);
  // A secret after that one begins anew.
  const third = "third-secret-of-at-least-32-characters";
  const again = await renewArtifacts({ ...deps, artifactKeys: () => createArtifactKeyRing([third, NEW]) });
  expect(again).toMatchObject({ renewed: 37, completeAt: null });
});
