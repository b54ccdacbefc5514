import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { MAX_UPLOAD_BYTES, UPLOAD_PART_BYTES } from "#contract/limits.ts";
import { itemMetaDataResponse, trainingDataResponse } from "#contract/training-data.ts";
import { uploadResponse } from "#contract/upload.ts";
import { sweepUploads } from "#services/files/uploads.ts";
import {
  bodyOf,
  createProject,
  join,
  type Person,
  readAs,
  type TestApi,
  testApi,
} from "../../../runtime/api.ts";

const SIZE = UPLOAD_PART_BYTES + 11;
const MINUTE_MS = 60_000;

async function setUp() {
  const api = testApi();
  await join(api);
  const ann = await join(api);
  return { api, ann, bob: await join(api), project: await createProject(ann) };
}

const part = (length: number, fill = 65) => new Uint8Array(length).fill(fill);

function putPart(api: TestApi, person: Person, id: number, number: number | string, body: Uint8Array) {
  const headers = { authorization: `Bearer ${person.session.access}` };
  return api.fetch(`/api/v1/uploads/${id}/parts/${number}/`, {
    method: "PUT",
    headers,
    body: body as BodyInit,
  });
}

async function begin(person: Person, project: number, fields: Record<string, unknown> = {}) {
  const body = { project, kind: "training_data", filename: "log.csv", size: SIZE, ...fields };
  return readAs(uploadResponse, await person.call("POST", "/uploads/", body), 201);
}

describe("uploads in parts", () => {
  it("come back as one file, whatever the order and however often a part is sent", async () => {
    const { api, ann, project } = await setUp();
    const { id, part_size } = await begin(ann, project.id);
    expect(part_size).toBe(UPLOAD_PART_BYTES);
    await readAs(uploadResponse, await putPart(api, ann, id, 2, part(11, 66)));
    await readAs(uploadResponse, await putPart(api, ann, id, 1, part(UPLOAD_PART_BYTES, 67)));
    await readAs(uploadResponse, await putPart(api, ann, id, 1, part(UPLOAD_PART_BYTES, 65)));
    const state = await readAs(uploadResponse, await ann.call("GET", `/uploads/${id}/`));
    expect(state.received).toEqual([1, 2]);
    const row = await readAs(trainingDataResponse, await ann.call("POST", `/uploads/${id}/complete/`), 201);
    expect(row).toMatchObject({
      status: "PENDING",
      basename: "log.csv",
      filesize: SIZE,
      project: project.id,
    });
    expect(api.calls).toEqual([["ingest", "training_data", row.id]]);
    const bytes = await (await ann.call("GET", `/training_data/${row.id}/download_file/`)).bytes();
    expect(bytes.length).toBe(SIZE);
    expect([bytes[0], bytes[UPLOAD_PART_BYTES - 1], bytes[UPLOAD_PART_BYTES]]).toEqual([65, 65, 66]);
    expect((await ann.call("GET", `/uploads/${id}/`)).status).toBe(404);
    const log = (await (await ann.call("GET", `/audit_log/?project=${project.id}`)).json()) as object;
    expect(log).toMatchObject({ results: [{ action: "POST /training_data", target: row.id }, {}] });
  });

  it("make one row when two callers complete them at once", async () => {
    const { api, ann, project } = await setUp();
    const { id } = await begin(ann, project.id, { size: 3 });
    await putPart(api, ann, id, 1, part(3));
    const complete = () => ann.call("POST", `/uploads/${id}/complete/`);
    const answers = await Promise.all([complete(), complete()]);
    const good = answers.filter((answer) => answer.status === 201);
    const rows = await Promise.all(good.map((answer) => readAs(trainingDataResponse, answer, 201)));
    expect(new Set(rows.map((row) => row.id)).size).toBe(1);
    const { results } = await env.DB.prepare("select id from training_data where project_id = ?")
      .bind(project.id)
      .all();
    expect(results).toHaveLength(1);
  });

  it("make item metadata, too", async () => {
    const { api, ann, project } = await setUp();
    const { id } = await begin(ann, project.id, {
      kind: "item_meta_data",
      filename: "items.json.gz",
      size: 3,
    });
    await putPart(api, ann, id, 1, part(3));
    const row = await readAs(itemMetaDataResponse, await ann.call("POST", `/uploads/${id}/complete/`), 201);
    expect(api.calls).toEqual([["ingest", "item_meta_data", row.id]]);
  });

  it.each([
    [{ size: 0 }, { size: ["The submitted file is empty."] }],
    [
      { size: MAX_UPLOAD_BYTES + 1 },
      { size: [`Ensure this value is less than or equal to ${MAX_UPLOAD_BYTES}.`] },
    ],
    [{ filename: "log.xlsx" }, { filename: [expect.stringContaining(".xlsx file not supported.")] }],
    [{ kind: "secrets" }, { kind: ['"secrets" is not a valid choice.'] }],
    [{ project: 999_999 }, { project: ["Project not found."] }],
    [
      { project: null, size: "many" },
      { project: ["This field may not be null."], size: ["A valid integer is required."] },
    ],
  ])("refuse to begin with %j", async (fields, errors) => {
    const { ann, project } = await setUp();
    const body = { project: project.id, kind: "training_data", filename: "log.csv", size: SIZE, ...fields };
    const response = await ann.call("POST", "/uploads/", body);
    expect([response.status, await bodyOf(response)]).toEqual([400, errors]);
  });

  it("say which parts are missing and how long a part must be", async () => {
    const { api, ann, project } = await setUp();
    const { id } = await begin(ann, project.id);
    expect(await bodyOf(await putPart(api, ann, id, 2, part(12)))).toEqual({
      part: ["Part 2 must be 11 bytes long, got another number."],
    });
    const announced = { authorization: `Bearer ${ann.session.access}`, "content-length": "12" };
    const path = `/api/v1/uploads/${id}/parts/2/`;
    const tooLong = await api.fetch(path, { method: "PUT", headers: announced, body: part(12) as BodyInit });
    expect(await bodyOf(tooLong)).toEqual({ part: ["Part 2 must be 11 bytes long, got 12."] });
    const exact = { ...announced, "content-length": "11" };
    expect(
      (await api.fetch(path, { method: "PUT", headers: exact, body: part(11) as BodyInit })).status,
    ).toBe(200);
    expect(await bodyOf(await putPart(api, ann, id, 3, part(1)))).toEqual({
      part: ["This upload has parts 1 to 2."],
    });
    expect((await putPart(api, ann, id, "x", part(1))).status).toBe(404);
    await putPart(api, ann, id, 2, part(11));
    expect(await bodyOf(await ann.call("POST", `/uploads/${id}/complete/`))).toEqual({
      parts: ["Parts not received yet: 1."],
    });
  });

  it("count a part of unknown length while it passes", async () => {
    const { api, ann, project } = await setUp();
    const { id } = await begin(ann, project.id, { size: 4 });
    const send = (length: number) => {
      const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
      const writer = writable.getWriter();
      const done = writer.write(part(length)).then(() => writer.close());
      done.catch(() => undefined);
      return api.fetch(`/api/v1/uploads/${id}/parts/1/`, {
        method: "PUT",
        headers: { authorization: `Bearer ${ann.session.access}` },
        body: readable,
      });
    };
    for (const wrong of [3, 5]) expect((await send(wrong)).status).toBe(400);
    expect((await readAs(uploadResponse, await send(4))).received).toEqual([1]);
  });

  it("are hidden from other callers", async () => {
    const { api, ann, bob, project } = await setUp();
    const { id } = await begin(ann, project.id);
    expect((await bob.call("GET", `/uploads/${id}/`)).status).toBe(404);
    expect((await putPart(api, bob, id, 2, part(11))).status).toBe(404);
    expect((await bob.call("POST", `/uploads/${id}/complete/`)).status).toBe(404);
    expect((await bob.call("DELETE", `/uploads/${id}/`)).status).toBe(404);
    expect(
      await bodyOf(
        await bob.call("POST", "/uploads/", {
          project: project.id,
          kind: "training_data",
          filename: "a.csv",
          size: 1,
        }),
      ),
    ).toEqual({ project: ["Project not found."] });
  });

  it("leave nothing when they are aborted, or inactive for long", async () => {
    const { api, ann, project } = await setUp();
    const aborted = await begin(ann, project.id);
    await putPart(api, ann, aborted.id, 2, part(11));
    expect((await ann.call("DELETE", `/uploads/${aborted.id}/`)).status).toBe(204);
    expect((await ann.call("GET", `/uploads/${aborted.id}/`)).status).toBe(404);
    await env.DB.exec("delete from upload");
    const stale = await begin(ann, project.id);
    api.advance(2 * MINUTE_MS);
    const fresh = await begin(ann, project.id);
    expect(await sweepUploads(api.deps, MINUTE_MS)).toBe(1);
    expect(
      await env.DB.prepare("select id from upload where id in (?, ?)").bind(stale.id, fresh.id).all(),
    ).toMatchObject({ results: [{ id: fresh.id }] });
  });
});
