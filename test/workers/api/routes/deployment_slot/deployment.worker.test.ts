/** Going live is an explicit act: the rule of a job, a training or a caller, and its record. */

import { describe, expect, it } from "vitest";
import { recotemDialect } from "#api/recotem/recotem-dialect.ts";
import { auditEntryResponse } from "#contract/audit.ts";
import { deploymentCheckResponse } from "#contract/deployment.ts";
import { pageOf } from "#contract/primitives.ts";
import { trainedModel, trainingData } from "#db/schema.ts";
import { deployAutomatically } from "#services/serving/automatic-deployment.ts";
import { bodyOf, caller, readAs } from "../../../runtime/api.ts";
import { liveWorld } from "../../../runtime/live-models.ts";
import { post } from "../../../runtime/study.ts";

type World = Awaited<ReturnType<typeof liveWorld>>;

async function auditOf({ ann, projectId }: World) {
  const page = await ann.call("GET", `/audit_log/?project=${projectId}&page_size=100`);
  const { results } = await readAs(pageOf(auditEntryResponse), page);
  return results
    .filter(({ action }) => /deploy|withhold|roll_back/.test(action))
    .map(({ action, target, username, reason }) => ({ action, target, username, reason }));
}

describe("a job's model", () => {
  it("goes live where it is the first, and later unless it measures worse beside the live one", async () => {
    const world = await liveWorld();
    const first = await world.tune({ winner: 0.0789 });
    expect(await world.slot()).toMatchObject({ modelId: first });
    expect((await world.show(first)).deployment).toBe("Deployed: nothing was live yet.");
    const worse = await world.tune({ winner: 0.0714, serving: 0.0789 });
    expect(await world.slot()).toMatchObject({ modelId: first });
    const shown = await world.show(worse);
    expect(shown).toMatchObject({ status: "READY", deploy: "if_better" });
    expect(shown.deployment).toMatch(
      /^Not deployed: ndcg@20 0\.0714, version 1 has 0\.0789 on the same test part/,
    );
    // Within the tolerance it is not measurably worse.
    const alike = await world.tune({ winner: 0.078, serving: 0.0789 });
    expect(await world.slot()).toMatchObject({ modelId: alike, previousModelId: first });
    expect(await world.published()).toEqual([[alike, first]]);
    expect(await auditOf(world)).toEqual([
      {
        action: "AUTO /trained_model/:id/deploy",
        target: alike,
        username: "automatic",
        reason: (await world.show(alike)).deployment,
      },
      {
        action: "AUTO /trained_model/:id/withhold",
        target: worse,
        username: "automatic",
        reason: shown.deployment,
      },
      {
        action: "AUTO /trained_model/:id/deploy",
        target: first,
        username: "automatic",
        reason: "Deployed: nothing was live yet.",
      },
    ]);
  });

  it("is measured beside the live one, on the same parts of the same data", async () => {
    const world = await liveWorld();
    const first = await world.tune({ winner: 0.5 });
    const { id } = await world.startJob();
    const row = await world.api.deps.db.query.tuningJob.findFirst({ where: (job, { eq }) => eq(job.id, id) });
    expect(row).toMatchObject({ servingModelId: first, deploy: "if_better" });
    for (const fields of [{ deploy: "always" }, { deploy: "never" }, { train_after_tuning: false }]) {
      const other = await world.startJob(fields);
      const found = await world.api.deps.db.query.tuningJob.findFirst({
        where: (job, { eq }) => eq(job.id, other.id),
      });
      expect(found?.servingModelId).toBeNull();
    }
  });

  it("does what `deploy` says", async () => {
    const world = await liveWorld();
    const first = await world.tune({ winner: 0.5 });
    await world.tune({ winner: 0.9 }, { deploy: "never" });
    expect(await world.slot()).toMatchObject({ modelId: first });
    const forced = await world.tune({ winner: 0.1 }, { deploy: "always" });
    expect(await world.slot()).toMatchObject({ modelId: forced });
    const refused = await world.ann.call("POST", "/parameter_tuning_job/", {
      data: world.dataId,
      split: world.split,
      evaluation: world.evaluation,
      deploy: "perhaps",
    });
    expect([refused.status, await bodyOf(refused)]).toEqual([
      400,
      { deploy: ['"perhaps" is not a valid choice.'] },
    ]);
  });

  it("of two that end at once, the better one stays live, whatever their order", async () => {
    for (const order of [
      [0.4, 0.6],
      [0.6, 0.4],
    ] as const) {
      const world = await liveWorld();
      const jobs = [await world.startJob(), await world.startJob()];
      const models: number[] = [];
      for (const [n, job] of jobs.entries()) {
        models.push(await world.endStudy(job.id, { winner: order[n] ?? 0 }));
      }
      await Promise.all(models.map((id) => world.endTraining(id)));
      const live = await world.slot();
      expect((await world.show(live?.modelId ?? 0)).metrics).toEqual({ "ndcg@20": 0.6 });
      expect(models).toContain(live?.modelId);
    }
  });

  it("stays ready where another one went live that it was not measured beside", async () => {
    const world = await liveWorld();
    await world.tune({ winner: 0.5 });
    const job = await world.startJob();
    const meanwhile = await world.train({ deploy: "always" });
    const late = await world.endJob(job.id, { winner: 0.9, serving: 0.5 });
    expect(await world.slot()).toMatchObject({ modelId: meanwhile });
    expect((await world.show(late)).deployment).toBe(
      "Not deployed: version 2 is live, and the two were not measured on the same test part.",
    );
  });

  it("is decided once: a repeated settlement undoes no later change", async () => {
    const world = await liveWorld();
    const first = await world.tune({ winner: 0.5 });
    const second = await world.tune({ winner: 0.6, serving: 0.5 });
    expect((await world.rollBack()).status).toBe(200);
    await world.endTraining(second);
    expect(await world.slot()).toMatchObject({ modelId: first });
    await deployAutomatically(world.api.deps, { id: second, projectId: world.projectId }, { tolerance: 0 });
    expect(await world.slot()).toMatchObject({ modelId: first });
  });
});

describe("a hand training's model", () => {
  it("goes live where it is the first, and is measured beside the live one after that", async () => {
    const world = await liveWorld();
    const first = await world.train();
    expect(await world.measurementsOf(first)).toEqual([]);
    const worse = await world.train();
    expect(await world.show(worse)).toMatchObject({ status: "READY", deployment: "", metrics: null });
    const job = await world.measure(worse, { winner: 0.0714, serving: 0.0789 });
    expect(job).toMatchObject({
      servingModelId: first,
      fixedConfigurationId: world.configurationId,
      dataId: world.dataId,
      trainAfterTuning: false,
    });
    expect(world.api.calls).toContainEqual(["tune", job.id]);
    expect(await world.slot()).toMatchObject({ modelId: first });
    expect(await world.show(worse)).toMatchObject({ metrics: { "ndcg@20": 0.0714 } });
    expect((await world.show(worse)).deployment).toMatch(
      /^Not deployed: ndcg@20 0\.0714, version 1 has 0\.0789/,
    );
    const better = await world.train();
    await world.measure(better, { winner: 0.09, serving: 0.0789 });
    expect(await world.slot()).toMatchObject({ modelId: better, previousModelId: first });
    expect(await world.published()).toEqual([[better, first]]);
    const never = await world.train({ deploy: "never" });
    expect((await world.show(never)).deployment).toBe("Not deployed: the request did not ask for it.");
    expect(await world.measurementsOf(never)).toEqual([]);
  });

  it("is measured on the parts that the live one was measured on, once", async () => {
    const world = await liveWorld();
    const live = await world.tune({ winner: 0.5 });
    const trained = await world.train();
    await world.endTraining(trained);
    expect(await world.measurementsOf(trained)).toMatchObject([
      { splitId: world.split, evaluationId: world.evaluation, servingModelId: live },
    ]);
    await world.measure(trained, { winner: 0.6, serving: 0.5 });
    await world.endTraining(trained);
    expect(await world.measurementsOf(trained)).toHaveLength(1);
    expect(await world.slot()).toMatchObject({ modelId: trained });
  });

  it("stays ready with the reason where it cannot be measured, and where the measurement fails", async () => {
    const world = await liveWorld();
    const first = await world.train();
    const failed = await world.train();
    await world.measure(failed, null);
    expect((await world.show(failed)).deployment).toBe(
      "Not deployed: version 1 is live, and the two were not measured on the same test part.",
    );
    const request = { configuration: world.configurationId, data_loc: world.dataId };
    const unmeasured = await post(world.ann, "/trained_model/", request);
    await world.api.deps.db.update(trainingData).set({ fileKey: null });
    await world.endTraining(unmeasured);
    expect((await world.show(unmeasured)).deployment).toMatch(
      /^Not deployed: version 1 is live, and the two cannot be measured: \S/,
    );
    expect(await world.slot()).toMatchObject({ modelId: first });
  });

  it("is measured again beside a version that went live meanwhile", async () => {
    const world = await liveWorld();
    await world.train();
    const waiting = await world.train();
    const other = await world.train({ deploy: "always" });
    await world.measure(waiting, { winner: 0.6, serving: 0.5 });
    expect(await world.slot()).toMatchObject({ modelId: other });
    expect((await world.measurementsOf(waiting)).map((job) => job.servingModelId)).toEqual([
      (await world.slot())?.previousModelId,
      other,
    ]);
    await world.measure(waiting, { winner: 0.6, serving: 0.7 });
    expect(await world.slot()).toMatchObject({ modelId: other });
    expect((await world.show(waiting)).deployment).toMatch(/^Not deployed: ndcg@20 0\.6000, version 3/);
  });

  it("that was measured because somebody asked stays where it is", async () => {
    const world = await liveWorld();
    await world.train();
    const old = await world.train({ deploy: "never" });
    await world.api.deps.db.update(trainedModel).set({ deploy: "if_better", deployment: null });
    const request = { split: world.split, evaluation: world.evaluation };
    expect((await world.ann.call("POST", `/trained_model/${old}/evaluate/`, request)).status).toBe(202);
    await world.measure(old, { winner: 0.9 });
    expect((await world.show(old)).deployment).toBe("");
  });

  it("waits in exact mode for a slot that is made by hand, as in Recotem, and answers have no field for it", async () => {
    const world = await liveWorld({ dialect: recotemDialect });
    await world.train();
    const second = await world.train();
    expect(await world.slot()).toBeUndefined();
    const slot = { project: world.projectId, name: "main", trained_model: second };
    expect((await world.ann.call("POST", "/deployment_slot/", slot)).status).toBe(201);
    expect(await world.slot()).toMatchObject({ modelId: second });
    const shown = await bodyOf(await world.ann.call("GET", `/trained_model/${second}/`));
    for (const name of ["deploy", "deployment", "test_part"]) expect(shown).not.toHaveProperty(name);
    const slots = await bodyOf(await world.ann.call("GET", `/deployment_slot/?project=${world.projectId}`));
    expect(JSON.stringify(slots)).not.toContain("previous_model");
  });
});

describe("serve this version, and roll back", () => {
  it("point the slot, idempotently, and are recorded with the reason", async () => {
    const world = await liveWorld();
    const first = await world.train();
    const second = await world.train();
    for (let n = 0; n < 2; n++) {
      const answer = await world.deploy(second, { reason: "It won the test in the shop." });
      expect([answer.status, await bodyOf(answer)]).toMatchObject([
        200,
        { trained_model: second, previous_model: first, is_active: true },
      ]);
    }
    expect(await world.published()).toEqual([[second, first]]);
    expect((await world.serving())[0]?.rolls_back_to).toEqual({ id: first, version: 1 });
    const back = await world.rollBack({ from: second });
    expect(await bodyOf(back)).toMatchObject({ trained_model: first, previous_model: null });
    expect(await world.published()).toEqual([[first, second]]);
    // A repeated call changes nothing, with or without the model in its body.
    expect(await bodyOf(await world.rollBack({ from: second }))).toMatchObject({ trained_model: first });
    expect((await world.rollBack()).status).toBe(409);
    expect(await world.slot()).toMatchObject({ modelId: first });
    expect((await world.show(second)).deployment).toBe("Rolled back from version 2 to version 1.");
    const [, rolled, , again, byHand] = [null, ...(await auditOf(world))];
    expect(rolled).toMatchObject({
      action: "POST /deployment_slot/:id/roll_back",
      username: world.ann.username,
    });
    expect(again).toMatchObject({ reason: "It was live already." });
    expect(byHand).toMatchObject({
      action: "POST /trained_model/:id/deploy",
      target: second,
      reason: "It won the test in the shop.",
    });
  });

  it("refuse what cannot serve", async () => {
    const world = await liveWorld();
    await world.train();
    const request = { configuration: world.configurationId, data_loc: world.dataId };
    const pending = (await bodyOf(await world.ann.call("POST", "/trained_model/", request))) as {
      id: number;
    };
    const early = await world.deploy(pending.id);
    expect([early.status, await bodyOf(early)]).toMatchObject([
      409,
      { detail: "Version 2 cannot serve: it is PENDING." },
    ]);
    await world.endTraining(pending.id);
    await world.ann.call("DELETE", `/trained_model/${pending.id}/unlink_file/`);
    expect((await world.deploy(pending.id)).status).toBe(409);
    expect((await world.rollBack()).status).toBe(409);
  });

  it("are allowed to callers who may change the project: others get a 404, and keys need the scope", async () => {
    const world = await liveWorld();
    await world.train();
    const second = await world.train();
    const slotId = (await world.slot())?.id;
    for (const path of [`/trained_model/${second}/deploy/`, `/deployment_slot/${slotId}/roll_back/`]) {
      expect((await world.bob.call("POST", path)).status).toBe(404);
    }
    expect((await world.bob.call("GET", `/project/${world.projectId}/serving/`)).status).toBe(404);
    const keyWith = async (...scopes: string[]) => {
      const body = { project: world.projectId, name: scopes.join(), scopes };
      const made = (await bodyOf(await world.ann.call("POST", "/api_keys/", body))) as { key: string };
      return caller(world.api, { "x-api-key": made.key });
    };
    const reader = await keyWith("read");
    expect((await reader("POST", `/trained_model/${second}/deploy/`)).status).toBe(403);
    const writer = await keyWith("write");
    expect((await writer("POST", `/trained_model/${second}/deploy/`)).status).toBe(200);
    expect((await reader("GET", `/project/${world.projectId}/serving/`)).status).toBe(200);
  });

  it("by many at once leave one version live, and the one before it as its previous", async () => {
    const world = await liveWorld();
    const models = [];
    for (let n = 0; n < 4; n++) models.push(await world.train());
    const answers = await Promise.all(models.map((id) => world.deploy(id)));
    expect(answers.every(({ status }) => status === 200 || status === 409)).toBe(true);
    const slot = await world.slot();
    expect(models).toContain(slot?.modelId);
    expect(slot?.previousModelId).not.toBe(slot?.modelId);
    expect((await world.published())[0]?.[0]).toBe(slot?.modelId);
  });
});

describe("the check of a model before it goes live", () => {
  const check = async ({ ann }: World, id: number, query = "") =>
    readAs(deploymentCheckResponse, await ann.call("GET", `/trained_model/${id}/deployment_check/${query}`));

  it("says what the rule would decide, and changes nothing", async () => {
    const world = await liveWorld();
    const first = await world.tune({ winner: 0.5 }, { deploy: "never" });
    expect(await check(world, first)).toEqual({
      verdict: "first",
      live: null,
      tolerance: 0.02,
      figures: null,
    });
    await world.ann.call("POST", `/trained_model/${first}/deploy/`, {});
    expect(await check(world, first)).toMatchObject({ verdict: "live", live: { id: first, version: 1 } });
    const worse = await world.tune({ winner: 0.3, serving: 0.5 });
    const found = await check(world, worse);
    expect(found).toMatchObject({
      verdict: "worse",
      live: { id: first, version: 1 },
      figures: { metric: "ndcg@20", model: 0.3, live: 0.5 },
    });
    expect(found.figures?.test_part).toMatch(/^[\da-f]{8}$/);
    expect(await world.slot()).toMatchObject({ modelId: first });
    const unmeasured = await world.train({ deploy: "never" });
    expect(await check(world, unmeasured)).toMatchObject({ verdict: "unmeasured", figures: null });
  });

  it("compares with the model of another slot, and knows no slot of others", async () => {
    const world = await liveWorld();
    const first = await world.tune({ winner: 0.5 });
    const worse = await world.tune({ winner: 0.3, serving: 0.5 });
    const slot = await post(world.ann, "/deployment_slot/", {
      project: world.projectId,
      name: "second",
      trained_model: worse,
    });
    expect(await check(world, first, `?slot=${slot}`)).toMatchObject({
      verdict: "not_worse",
      live: { id: worse },
      figures: { model: 0.5, live: 0.3 },
    });
    const path = `/trained_model/${first}/deployment_check/`;
    expect((await world.ann.call("GET", `${path}?slot=999`)).status).toBe(404);
    expect((await world.ann.call("GET", `${path}?slot=x`)).status).toBe(400);
    expect((await world.bob.call("GET", path)).status).toBe(404);
  });
});
