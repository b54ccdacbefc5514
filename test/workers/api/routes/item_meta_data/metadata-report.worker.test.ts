import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import type { MetadataReport } from "#contract/ingestion.ts";
import { itemMetaDataResponse } from "#contract/training-data.ts";
import { itemMetaData } from "#db/schema.ts";
import type { IngestionResult, IngestionSpec } from "#jobs/ingestion-job.ts";
import { newTask } from "#jobs/leased-task.ts";
import { ingestionSpecOf, settleIngestion } from "#services/files/ingestions.ts";
import { createProject, readAs, signUp, testApi } from "../../../runtime/api.ts";
import { readyData } from "../../../runtime/study.ts";

const REPORT: MetadataReport = {
  rows: 4,
  items: 2,
  duplicates: 1,
  rejected_rows: 1,
  rejected: [{ line: 3, reason: "has no item id" }],
  columns: [{ name: "title", kind: "text" }],
  format: {
    name: "csv",
    gzip: false,
    delimiter: ",",
    delimiter_reason: null,
    header: true,
    header_reason: null,
  },
  coverage: null,
  warnings: [],
};

async function setUp(itemColumn = "item") {
  const api = testApi();
  const ann = await signUp(api);
  const project = await createProject(ann, { item_column: itemColumn });
  const [row] = await api.deps.db
    .insert(itemMetaData)
    .values({
      projectId: project.id,
      fileKey: `projects/${project.id}/uploads/${crypto.randomUUID()}`,
      basename: "items.csv",
      filesize: 40,
      createdAt: 1,
      updatedAt: 1,
    })
    .returning();
  const id = row?.id ?? 0;
  const settle = (spec: IngestionSpec, result: IngestionResult) =>
    settleIngestion(
      { ...api.deps, store: env.STORE },
      { spec, task: newTask(0), slices: 1, checkpointKey: null, progress: 1, result, settled: false },
    );
  const read = async () => readAs(itemMetaDataResponse, await ann.call("GET", `/item_meta_data/${id}/`));
  const specOf = async (source: IngestionSpec["source"], rowId: number): Promise<IngestionSpec> => {
    const spec = await ingestionSpecOf(api.deps, source, rowId);
    if (!spec) throw new Error("There is nothing to ingest.");
    return spec;
  };
  return { project, id, settle, read, specOf };
}

describe("the report of item metadata", () => {
  it("is kept and shown, and follows the data that comes later", async () => {
    const { project, id, settle, read, specOf } = await setUp();
    const spec = await specOf("item_meta_data", id);
    expect(spec.peers).toEqual([]);
    await settle(spec, { report: REPORT, validColumns: ["title"] });
    expect((await read()).report).toEqual(REPORT);

    const dataId = await readyData(project.id);
    const dataSpec = await specOf("training_data", dataId);
    expect(dataSpec.peers).toEqual([{ source: "item_meta_data", rowId: id, artifactKey: spec.artifactKey }]);
    const coverage = { data: dataId, ids: 3, described: 0, warning: "None of them." };
    const [peer] = dataSpec.peers ?? [];
    if (!peer) throw new Error("The metadata is a peer of the data.");
    await settle(dataSpec, { report: null, validColumns: null, coverages: [{ peer, coverage }] });
    expect((await read()).report).toEqual({ ...REPORT, coverage });
  });

  it("is compared with the newest data there is", async () => {
    const { project, id, specOf } = await setUp();
    await readyData(project.id);
    const newest = await readyData(project.id);
    expect((await specOf("item_meta_data", id)).peers?.map(({ rowId }) => rowId)).toEqual([newest]);
  });

  it.each([
    ["item", "item"],
    ["2", "1"],
  ])("finds the ids of data column %s in column %s", async (itemColumn, expected) => {
    const { project, id, specOf } = await setUp(itemColumn);
    expect((await specOf("item_meta_data", id)).columns.item).toBe(expected);
    const dataId = await readyData(project.id);
    expect((await specOf("training_data", dataId)).columns.item).toBe(itemColumn);
  });
});
