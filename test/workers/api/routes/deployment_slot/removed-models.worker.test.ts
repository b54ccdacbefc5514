/** Models that are deleted while they serve: a project with a ready model still answers. */

import { eq } from "drizzle-orm";
import { describe, expect, it } from "vitest";
import { recotemDialect } from "#api/recotem/recotem-dialect.ts";
import { movedResponse } from "#contract/deployment.ts";
import { deploymentSlot, trainedModel } from "#db/schema.ts";
import { rebuildManifest } from "#services/serving/routing.ts";
import { bodyOf, readAs } from "../../../runtime/api.ts";
import { liveWorld } from "../../../runtime/live-models.ts";
import { post, readyData } from "../../../runtime/study.ts";

async function twoVersions() {
  const world = await liveWorld();
  const first = await world.train();
  const second = await world.train({ deploy: "always" });
  return { ...world, first, second };
}

describe("deleting the live model", () => {
  it("moves the slot to the previous version, and the answer says so", async () => {
    const { ann, first, second, published, slot } = await twoVersions();
    expect(await published()).toEqual([[second, first]]);
    const answer = await ann.call("DELETE", `/trained_model/${second}/`);
    const moved = await readAs(movedResponse, answer);
    expect(moved.detail).toBe("The live model is gone; version 1 serves now.");
    expect(moved.moved_slots).toEqual([{ slot: (await slot())?.id, trained_model: first, version: 1 }]);
    expect(await slot()).toMatchObject({ modelId: first, previousModelId: null });
    expect(await published()).toEqual([[first, null]]);
  });

  it("moves it to the version that was live last, where the previous one is gone, too", async () => {
    const world = await twoVersions();
    const never = await world.train({ deploy: "never" });
    const third = await world.train({ deploy: "always" });
    expect((await world.ann.call("DELETE", `/trained_model/${world.second}/`)).status).toBe(204);
    expect(await world.slot()).toMatchObject({ modelId: third, previousModelId: world.first });
    await world.ann.call("DELETE", `/trained_model/${third}/`);
    expect(await world.slot()).toMatchObject({ modelId: world.first });
    await world.ann.call("DELETE", `/trained_model/${world.first}/`);
    expect(await world.slot()).toMatchObject({ modelId: never });
    expect(await world.published()).toEqual([[never, null]]);
  });

  it("is refused where no other version is ready, unless the project may stop", async () => {
    const { ann, train, published, show } = await liveWorld();
    const only = await train();
    const refused = await ann.call("DELETE", `/trained_model/${only}/`);
    expect(refused.status).toBe(409);
    expect(await bodyOf(refused)).toMatchObject({ detail: expect.stringContaining("stop_serving=true") });
    expect((await show(only)).status).toBe("READY");
    expect(await published()).toEqual([[only, null]]);
    expect((await ann.call("DELETE", `/trained_model/${only}/?stop_serving=true`)).status).toBe(204);
    expect(await published()).toEqual([]);
  });

  it("does not wait for a training that is not ready yet", async () => {
    const { ann, train, configurationId, dataId, endTraining, published } = await liveWorld();
    const only = await train();
    const running = await post(ann, "/trained_model/", { configuration: configurationId, data_loc: dataId });
    expect((await ann.call("DELETE", `/trained_model/${only}/`)).status).toBe(409);
    await ann.call("DELETE", `/trained_model/${only}/?stop_serving=true`);
    await endTraining(running);
    expect(await published()).toEqual([[running, null]]);
  });

  it("keeps Recotem's status and asks nothing in exact mode", async () => {
    const world = await liveWorld({ dialect: recotemDialect });
    const [first, second] = [await world.train(), await world.train()];
    expect(await world.published()).toEqual([[second, first]]);
    const answer = await world.ann.call("DELETE", `/trained_model/${second}/`);
    expect([answer.status, await answer.text()]).toEqual([204, ""]);
    expect(await world.published()).toEqual([[first, null]]);
    expect((await world.ann.call("DELETE", `/trained_model/${first}/`)).status).toBe(204);
  });
});

describe("other ways in which a live model goes", () => {
  it("unlinking its file moves the slot, too", async () => {
    const { ann, first, second, published } = await twoVersions();
    const answer = await ann.call("DELETE", `/trained_model/${second}/unlink_file/`);
    expect(await bodyOf(answer)).toMatchObject({
      id: second,
      file: null,
      detail: "The live model is gone; version 1 serves now.",
    });
    expect(await published()).toEqual([[first, null]]);
    expect((await ann.call("DELETE", `/trained_model/${first}/unlink_file/`)).status).toBe(409);
  });

  it("deleting its configuration or its data moves the slot past all that go with it", async () => {
    for (const way of ["configuration", "data"] as const) {
      const world = await liveWorld();
      const keeper = await world.train();
      const data_loc = way === "data" ? await readyData(world.projectId) : world.dataId;
      const body = { project: world.projectId, recommender_class_name: "TopPopRecommender" };
      const configuration =
        way === "data" ? world.configurationId : await post(world.ann, "/model_configuration/", body);
      const doomed = [];
      for (let n = 0; n < 2; n++)
        doomed.push(await world.train({ data_loc, configuration, deploy: "always" }));
      expect(await world.published()).toEqual([[doomed[1], doomed[0]]]);
      const path = way === "data" ? `/training_data/${data_loc}/` : `/model_configuration/${configuration}/`;
      expect(await readAs(movedResponse, await world.ann.call("DELETE", path))).toMatchObject({
        moved_slots: [{ trained_model: keeper }],
      });
      expect(await world.published()).toEqual([[keeper, null]]);
    }
  });

  it("deleting the data of all ready models is refused unless the project may stop", async () => {
    const { ann, dataId, api, published } = await twoVersions();
    expect((await ann.call("DELETE", `/training_data/${dataId}/`)).status).toBe(409);
    expect(api.calls.filter(([name]) => name === "forget")).toEqual([]);
    expect((await ann.call("DELETE", `/training_data/${dataId}/?stop_serving=1`)).status).toBe(204);
    expect(await published()).toEqual([]);
  });
});

describe("a project with a ready model", () => {
  it("answers with the newest one where none was ever deployed", async () => {
    const { ann, train, published, serving, projectId } = await liveWorld();
    const first = await train({ deploy: "never" });
    expect(await published()).toEqual([[first, null]]);
    const second = await train({ deploy: "never" });
    expect(await published()).toEqual([[second, first]]);
    expect(await serving()).toEqual([
      expect.objectContaining({
        id: 0,
        name: "default",
        model: { id: second, version: 2 },
        is_deployed: false,
      }),
    ]);
    const slots = await ann.call("GET", `/deployment_slot/?project=${projectId}`);
    expect(await bodyOf(slots)).toMatchObject({ count: 0 });
    // The first model with a decision to go live does.
    const third = await train();
    expect(await published()).toEqual([[third, second]]);
    expect((await ann.call("DELETE", `/trained_model/${second}/`)).status).toBe(204);
    expect(await published()).toEqual([[third, first]]);
  });

  it("answers where its slot names a model that is not ready, and returns to that one once it is", async () => {
    const { api, projectId, first, second, published, serving, slot, endTraining } = await twoVersions();
    // As after an import: a model that another deployment signed, and a slot without its previous model.
    const foreign = { status: "PENDING", artifactKey: null, deployment: null, deploy: "never" } as const;
    const { db } = api.deps;
    await db.update(trainedModel).set(foreign).where(eq(trainedModel.id, second));
    await db
      .update(deploymentSlot)
      .set({ previousModelId: null })
      .where(eq(deploymentSlot.projectId, projectId));
    await rebuildManifest(api.deps, projectId);
    expect(await published()).toEqual([[first, null]]);
    expect((await serving())[0]).toMatchObject({ model: { id: first }, is_deployed: false });
    await endTraining(second);
    expect(await slot()).toMatchObject({ modelId: second });
    expect(await published()).toEqual([[second, first]]);
  });
});

describe("which version takes over", () => {
  it("is never one that was rolled back from while there is another, though it is newer", async () => {
    const world = await liveWorld();
    const first = await world.train();
    const refused = await world.train({ deploy: "never" });
    const third = await world.train({ deploy: "always" });
    await world.rollBack();
    expect(await world.published()).toEqual([[first, refused]]);
    expect((await world.serving())[0]?.fallback).toEqual({ id: refused, version: 2 });
    await world.ann.call("DELETE", `/trained_model/${first}/`);
    expect(await world.slot()).toMatchObject({ modelId: refused });
    await world.ann.call("DELETE", `/trained_model/${refused}/`);
    expect(await world.slot()).toMatchObject({ modelId: third });
  });

  it("is the best measured one where none was live before", async () => {
    const world = await liveWorld();
    const live = await world.tune({ winner: 0.2 });
    const better = await world.tune({ winner: 0.15 }, { deploy: "never" });
    await world.tune({ winner: 0.1 }, { deploy: "never" });
    await world.train({ deploy: "never" });
    const named = (await world.serving())[0]?.fallback;
    expect(named).toEqual({ id: better, version: 2 });
    const answer = await readAs(movedResponse, await world.ann.call("DELETE", `/trained_model/${live}/`));
    expect(answer.moved_slots).toMatchObject([{ trained_model: better, version: 2 }]);
    expect((await world.show(better)).deployment).toBe("Version 2 took over: the live version was deleted.");
  });

  it("stands in the audit log, with the deletion and on its own", async () => {
    const { ann, first, second, projectId } = await twoVersions();
    await ann.call("DELETE", `/trained_model/${second}/`);
    const { results } = (await bodyOf(await ann.call("GET", `/audit_log/?project=${projectId}`))) as {
      results: { action: string; target: number; reason: string | null }[];
    };
    expect(results).toContainEqual(
      expect.objectContaining({
        action: "DELETE /trained_model/:id",
        target: second,
        reason: "The live model is gone; version 1 serves now.",
      }),
    );
    expect(results).toContainEqual(
      expect.objectContaining({
        action: "AUTO /trained_model/:id/deploy",
        target: first,
        reason: "Version 1 took over: the live version was deleted.",
      }),
    );
  });
});

describe("the version number of a deleted model", () => {
  it("does not come back, for trainings and for studies", async () => {
    const world = await liveWorld();
    const ids = [await world.train(), await world.train(), await world.train()];
    for (const id of [ids[2], ids[0]]) await world.ann.call("DELETE", `/trained_model/${id}/`);
    expect(await world.versionOf(await world.tune({ winner: 0.2 }, { deploy: "never" }))).toBe(4);
    expect(await world.versionOf(await world.train())).toBe(5);
  });

  it("does not come back where the models went with their data, or with the last of them", async () => {
    const world = await liveWorld();
    await world.train();
    const data_loc = await readyData(world.projectId);
    await world.train({ data_loc });
    await world.ann.call("DELETE", `/training_data/${data_loc}/?stop_serving=1`);
    const third = await world.train();
    expect(await world.versionOf(third)).toBe(3);
    await world.ann.call("DELETE", `/model_configuration/${world.configurationId}/?stop_serving=1`);
    expect(await world.versionOf(await world.tune({ winner: 0.2 }))).toBe(4);
  });
});
