import { env } from "cloudflare:workers";
import { eq } from "drizzle-orm";
import { describe, expect, it } from "vitest";
import { UPLOAD_PART_BYTES } from "#contract/limits.ts";
import { pageOf } from "#contract/primitives.ts";
import { dataPreviewResponse, itemMetaDataResponse, trainingDataResponse } from "#contract/training-data.ts";
import { uploadEstimate } from "#contract/upload.ts";
import { trainingData } from "#db/schema.ts";
import {
  bodyOf,
  createProject,
  join,
  type Person,
  readAs,
  type TestApi,
  testApi,
} from "../../../runtime/api.ts";
import { instantIngestion } from "../../../runtime/ingestion.ts";

const CSV = "user,item\n1,101\n1,102\n2,\n";

async function setUp(refusal: string | null = null, overrides: Parameters<typeof testApi>[0] = {}) {
  let api: TestApi;
  const base = testApi();
  api = testApi({ ...overrides, jobs: { ...base.deps.jobs, ingest: instantIngestion(() => api, refusal) } });
  await join(api);
  const ann = await join(api);
  return { api, ann, bob: await join(api), project: await createProject(ann), jobCalls: base.calls };
}

function formOf(fields: Record<string, string | { name: string; content: string | Uint8Array }>): FormData {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) {
    if (typeof value === "string") form.append(name, value);
    else form.append(name, new File([value.content], value.name));
  }
  return form;
}

function upload(api: TestApi, person: Person, form: FormData, path = "/training_data/"): Promise<Response> {
  const headers = { authorization: `Bearer ${person.session.access}` };
  return api.fetch(`/api/v1${path}`, { method: "POST", headers, body: form });
}

async function storedObjects(projectId: number): Promise<string[]> {
  const { objects } = await env.STORE.list({ prefix: `projects/${projectId}/` });
  return objects.map((object) => object.key);
}

describe("training_data in one request", () => {
  it("is estimated before it is sent, by its size and its beginning", async () => {
    const { ann, bob, project } = await setUp(null, { isolateFileBytes: 1e9 });
    const head = `user,item\n${"u1,i1234567890\n".repeat(200)}`;
    const file = { project: project.id, filename: "a.csv", size: 15e6, head };
    const post = (body: object, { call } = ann) => call("POST", "/training_data/estimate/", body);
    const small = await readAs(uploadEstimate, await post(file));
    expect(small).toMatchObject({ by_blocks: false, rows: 1e6, reason: null, estimate: { messages: 1 } });
    const large = await readAs(uploadEstimate, await post({ ...file, size: 300e6, users: 2e5, items: 3e4 }));
    expect(large).toMatchObject({ by_blocks: true, rows: 20e6, reason: null });
    expect(large.estimate?.dollars).toBeGreaterThan(10 * (small.estimate?.dollars ?? 1));
    const packed = { ...file, filename: "a.csv.gz", size: 3e9, head: undefined };
    const refused = await readAs(uploadEstimate, await post(packed));
    expect([refused.estimate, refused.reason]).toEqual([null, expect.stringContaining("as plain CSV")]);
    const wrong = [
      { ...file, size: 0 },
      { ...file, filename: "a.xlsx" },
      { ...file, users: 0 },
    ];
    expect((await Promise.all(wrong.map((body) => post(body)))).map(({ status }) => status)).toEqual([
      400, 400, 400,
    ]);
    expect((await post(file, bob)).status).toBe(400);
  });

  it("stores the file, shows it read, and gives the same bytes back under its name", async () => {
    const { api, ann, project } = await setUp();
    const form = formOf({ project: String(project.id), file: { name: "my data.csv", content: CSV } });
    const row = await readAs(trainingDataResponse, await upload(api, ann, form), 201);
    expect(row).toMatchObject({
      project: project.id,
      basename: "my_data.csv",
      filesize: CSV.length,
      status: "READY",
    });
    expect(row.file).toMatch(/^trainin_gata\/my_data_[A-Za-z0-9]{7}\.csv$/);
    const download = await ann.call("GET", `/training_data/${row.id}/download_file/`);
    expect(new TextDecoder().decode(await download.bytes())).toBe(CSV);
    expect(download.headers.get("content-disposition")).toBe(
      "attachment; filename=\"my_data.csv\"; filename*=UTF-8''my_data.csv",
    );
    const page = await readAs(
      pageOf(trainingDataResponse),
      await ann.call("GET", `/training_data/?project=${project.id}`),
    );
    expect(page.results).toEqual([row]);
  });

  it("streams a file of several parts, and takes one that comes before its project", async () => {
    const { api, ann, project } = await setUp();
    const content = new Uint8Array(UPLOAD_PART_BYTES * 2 + 17).fill(65);
    const big = formOf({ project: String(project.id), file: { name: "big.csv", content } });
    expect((await readAs(trainingDataResponse, await upload(api, ann, big), 201)).filesize).toBe(
      content.length,
    );
    const late = formOf({ file: { name: "late.csv", content: CSV }, project: String(project.id) });
    expect((await readAs(trainingDataResponse, await upload(api, ann, late), 201)).filesize).toBe(CSV.length);
  });

  it.each([
    ["and without a length is taken, and noted", null, 201, { form_had_no_end: true }],
    ["and with its length is taken", 0, 201, null],
    ["and shorter than announced is refused", 100, 400, undefined],
  ])("without its closing boundary %s", async (_, more, status, reading) => {
    const { api, ann, project } = await setUp();
    const part = (head: string, content: string) =>
      `--B\r\nContent-Disposition: form-data; name=${head}\r\n\r\n${content}`;
    const text = `${part('"project"', String(project.id))}\r\n${part('"file"; filename="a.csv"', CSV)}`;
    const headers = {
      authorization: `Bearer ${ann.session.access}`,
      "content-type": "multipart/form-data; boundary=B",
      ...(more !== null && { "content-length": String(text.length + more) }),
    };
    const body = new Response(text).body;
    const response = await api.fetch("/api/v1/training_data/", { method: "POST", headers, body });
    expect(response.status).toBe(status);
    const rows = await api.deps.db.select().from(trainingData).where(eq(trainingData.projectId, project.id));
    expect(rows.map((row) => row.reading)).toEqual(reading === undefined ? [] : [reading]);
    expect(await storedObjects(project.id)).toHaveLength(rows.length);
  });

  it.each([
    [{ file: { name: "a.csv", content: CSV } }, { project: ["This field is required."] }],
    [{}, { project: ["This field is required."] }],
    [
      { project: "abc", file: { name: "a.csv", content: CSV } },
      { project: ["Incorrect type. Expected pk value, received str."] },
    ],
    [{ project: "own" }, { file: ["file is required."] }],
    [
      { project: "own", file: "hello" },
      { file: ["The submitted data was not a file. Check the encoding type on the form."] },
    ],
    [
      { project: "own", file: { name: "...", content: CSV } },
      { file: ["A file name needs a letter or a digit."] },
    ],
    [
      { project: "own", file: { name: "a.csv.zip", content: CSV } },
      { file: ["Only .gzip or .gz compression are supported."] },
    ],
    [{ project: "own", file: { name: "a.csv", content: "" } }, { file: ["The submitted file is empty."] }],
  ])("refuses %j and keeps nothing", async (fields, errors) => {
    const { api, ann, project } = await setUp();
    const filled = Object.fromEntries(
      Object.entries(fields).map(([name, value]) => [name, value === "own" ? String(project.id) : value]),
    );
    const response = await upload(api, ann, formOf(filled));
    expect([response.status, await bodyOf(response)]).toEqual([400, errors]);
    expect(await storedObjects(project.id)).toEqual([]);
  });

  it("answers with the reason when the file cannot be read, and leaves no row", async () => {
    const { api, ann, project, jobCalls } = await setUp('Column "user" not found in the upload file.');
    const form = formOf({ project: String(project.id), file: { name: "a.csv", content: CSV } });
    expect(await bodyOf(await upload(api, ann, form))).toEqual({
      file: ['Column "user" not found in the upload file.'],
    });
    const forgotten = { kind: "ingestion", source: "training_data", id: expect.any(Number) };
    expect(jobCalls).toEqual([["forget", forgotten]]);
    expect((await readAs(pageOf(trainingDataResponse), await ann.call("GET", "/training_data/"))).count).toBe(
      0,
    );
  });

  it("refuses a project of another owner, and JSON", async () => {
    const { api, bob, project } = await setUp();
    const form = formOf({ project: String(project.id), file: { name: "a.csv", content: CSV } });
    expect(await bodyOf(await upload(api, bob, form))).toEqual({ project: ["Project not found."] });
    expect((await bob.call("POST", "/training_data/", { project: project.id })).status).toBe(415);
  });

  it("shows the first rows, empty cells as null", async () => {
    const { api, ann, bob, project } = await setUp();
    const form = formOf({ project: String(project.id), file: { name: "a.csv", content: CSV } });
    const { id } = await readAs(trainingDataResponse, await upload(api, ann, form), 201);
    const preview = await readAs(dataPreviewResponse, await ann.call("GET", `/training_data/${id}/preview/`));
    expect(preview).toEqual({
      columns: ["user", "item"],
      rows: [
        [1, 101],
        [1, 102],
        [2, null],
      ],
      total_rows: 3,
    });
    const one = await readAs(
      dataPreviewResponse,
      await ann.call("GET", `/training_data/${id}/preview/?n_rows=1`),
    );
    expect(one.rows).toEqual([[1, 101]]);
    expect((await ann.call("GET", `/training_data/${id}/preview/?n_rows=abc`)).status).toBe(400);
    expect((await bob.call("GET", `/training_data/${id}/preview/`)).status).toBe(404);
  });

  it("yields the thread every few kilobytes of a document whose first row ends near its end", async () => {
    let pauses = 0;
    const sleep = async () => void pauses++;
    const { api, ann, project } = await setUp(null, { sleep });
    const column = (last: number) =>
      Object.fromEntries(Array.from({ length: 20_000 }, (_, row) => [row, row % last]));
    const content = JSON.stringify({ user: column(900), item: column(70) });
    const form = formOf({ project: String(project.id), file: { name: "a.json", content } });
    const { id } = await readAs(trainingDataResponse, await upload(api, ann, form), 201);
    pauses = 0;
    const { rows } = await readAs(
      dataPreviewResponse,
      await ann.call("GET", `/training_data/${id}/preview/?n_rows=2`),
    );
    expect(rows).toEqual([
      [0, 0],
      [1, 1],
    ]);
    expect(pauses).toBeGreaterThanOrEqual(Math.floor(content.length / 4096));
  });

  it("is unlinked and deleted by its owner alone, with its objects", async () => {
    const { api, ann, bob, project } = await setUp();
    const send = async () => {
      const form = formOf({ project: String(project.id), file: { name: "a.csv", content: CSV } });
      return (await readAs(trainingDataResponse, await upload(api, ann, form), 201)).id;
    };
    const [first, second] = [await send(), await send()];
    expect((await bob.call("DELETE", `/training_data/${first}/unlink_file/`)).status).toBe(404);
    expect((await bob.call("DELETE", `/training_data/${second}/`)).status).toBe(404);
    const unlinked = await readAs(
      trainingDataResponse,
      await ann.call("DELETE", `/training_data/${first}/unlink_file/`),
    );
    expect(unlinked).toMatchObject({ file: null, basename: null, filesize: null });
    expect((await ann.call("GET", `/training_data/${first}/`)).status).toBe(404);
    expect((await ann.call("DELETE", `/training_data/${second}/`)).status).toBe(204);
    expect(await storedObjects(project.id)).toEqual([]);
  });
});

describe.each([
  ["item_meta_data", "item"],
  ["user_meta_data", "user"],
] as const)("%s", (kind, about) => {
  it("is stored in the same way, with its columns", async () => {
    const { api, ann, bob, project } = await setUp();
    const content = `${about},title\n1,a\n`;
    const form = formOf({ project: String(project.id), file: { name: "rows.csv", content } });
    const row = await readAs(itemMetaDataResponse, await upload(api, ann, form, `/${kind}/`), 201);
    expect(row).toMatchObject({ basename: "rows.csv", status: "READY" });
    const listed = await ann.call("GET", `/${kind}/?project=${project.id}`);
    expect((await readAs(pageOf(itemMetaDataResponse), listed)).results).toEqual([row]);
    expect((await bob.call("GET", `/${kind}/${row.id}/`)).status).toBe(404);
    expect((await ann.call("GET", `/${kind}/${row.id}/download_file/`)).status).toBe(200);
    expect((await ann.call("GET", `/${kind}/${row.id}/preview/`)).status).toBe(404);
    const found = await ann.call("GET", `/${kind}/${row.id}/lookup/?ids=7,8`);
    expect(await bodyOf(found)).toEqual({ results: [{ [`${about}_id`]: "7" }, { [`${about}_id`]: "8" }] });
    expect((await ann.call("DELETE", `/${kind}/${row.id}/`)).status).toBe(204);
    expect(await storedObjects(project.id)).toEqual([]);
  });
});
