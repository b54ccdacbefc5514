/** A project, its files and what its client said of them, from one form. */
import { eq, sql } from "drizzle-orm";
import type { AirecFile, AirecFileType, AirecModelType } from "#contract/airec.ts";
import { MAX_NAME_LENGTH } from "#contract/primitives.ts";
import type { ReadingSettings } from "#contract/reading.ts";
import { airecProject } from "#db/airec-schema.ts";
import { isUniqueViolation } from "#db/database.ts";
import { insertWhere } from "#db/insert-where.ts";
import { itemMetaData, project, trainingData } from "#db/schema.ts";
import type { QuotaRoom } from "../access/quotas.ts";
import type { ServiceDeps } from "../deps.ts";
import { cleanFileName } from "../files/file-names.ts";
import type { Viewer } from "../viewer.ts";
import { columnOf, featureColumns, mappingProblem } from "./mapping.ts";

type Deps = Pick<ServiceDeps, "db" | "jobs" | "clock" | "randomBytes">;

/** A file that is stored, with its mapping. */
export interface StoredAirecFile extends AirecFile {
  readonly fileKey: string;
  readonly size: number;
}

export interface NewAirecProject {
  /** Reserved by `reserveProjectId`; its files lie below it. */
  readonly projectId: number;
  readonly name: string;
  readonly files: readonly StoredAirecFile[];
  readonly room: QuotaRoom;
}

/** The id of a project to come: no other project ever gets it, so files can be stored before there is a row. */
export async function reserveProjectId({ db, clock, randomBytes }: Deps, viewer: Viewer): Promise<number> {
  const now = clock();
  const name = `reserved ${[...randomBytes(16)].join("-")}`;
  const values = {
    ownerId: viewer.accountId,
    name,
    userColumn: "-",
    itemColumn: "-",
    createdAt: now,
    updatedAt: now,
  };
  const [[row]] = await db.batch([
    db.insert(project).values(values).returning({ id: project.id }),
    db.delete(project).where(eq(project.name, name)),
  ]);
  if (row === undefined) throw new Error("insert returned no row");
  return row.id;
}

/** The kind of models that a project with these files has. */
export function modelTypeOf(types: readonly AirecFileType[]): AirecModelType {
  if (types.length > 1) return "hybrid";
  return types[0] === "content" ? "content" : "collaborative";
}

/** Writes all rows in one transaction, and starts reading the files. Throws the quota's refusal. */
export async function createAirecProject(
  deps: Deps,
  viewer: Viewer,
  request: NewAirecProject,
): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await insertAll(deps, viewer, request);
    } catch (error) {
      if (!isUniqueViolation(error, "project.name") || attempt === NAME_ATTEMPTS) throw error;
    }
  }
}

/** Another project of the account may take the name between its choice and the insertion. */
const NAME_ATTEMPTS = 5;

async function insertAll(deps: Deps, viewer: Viewer, request: NewAirecProject): Promise<void> {
  const { db, jobs, clock } = deps;
  const { projectId, name, files, room } = request;
  const content = files.find(({ type }) => type === "content");
  const interactions = files.find(({ type }) => type === "interaction");
  const error = files.map(mappingProblem).find((problem) => problem !== null) ?? null;
  const now = clock();
  const dated = { createdAt: now, updatedAt: now };
  const row = {
    ...{ id: projectId, ownerId: viewer.accountId, name: await freeName(deps, viewer, name) },
    ...columnsOf(content, interactions),
    ...dated,
  };
  const fileRow = ({ fileKey, size, filename }: StoredAirecFile) => ({
    ...{ projectId, fileKey, filesize: size, basename: cleanFileName(filename), ...dated },
    // A project that can never be ready reads nothing.
    ...(error !== null && { status: "FAILED" as const, error }),
  });
  const idOf = (table: typeof itemMetaData | typeof trainingData, file: StoredAirecFile | undefined) =>
    file ? sql<number>`(select ${table.id} from ${table} where ${table.fileKey} = ${file.fileKey})` : null;
  const [made] = await db.batch([
    insertWhere(db, project, row, room.isLeft),
    ...(content
      ? [db.insert(itemMetaData).values({ ...fileRow(content), reading: readingOf(content) })]
      : []),
    ...(interactions ? [db.insert(trainingData).values(fileRow(interactions))] : []),
    db.insert(airecProject).values({
      ...{ projectId, name, error, createdAt: now },
      modelType: modelTypeOf(files.map(({ type }) => type)),
      files: files.map(({ type, filename, token, mappings }) => ({ type, filename, token, mappings })),
      itemTableId: idOf(itemMetaData, content),
      interactionsId: idOf(trainingData, interactions),
    }),
  ]);
  if (made.length === 0) throw await room.refusal();
  if (error !== null) return;
  const [ids] = await db.select().from(airecProject).where(eq(airecProject.projectId, projectId));
  if (ids?.itemTableId) await jobs.ingest("item_meta_data", ids.itemTableId);
  if (ids?.interactionsId) await jobs.ingest("training_data", ids.interactionsId);
}

/** How the table of items is read: by its own column of ids, with an index of titles and of the words of its features. */
function readingOf(content: StoredAirecFile): ReadingSettings | null {
  const [id, title] = [columnOf(content, "item_id"), columnOf(content, "item_title")];
  const texts = featureColumns(content);
  return id === null || title === null || texts.length === 0
    ? null
    : { id_column: id, lookup: { title, texts } };
}

/** A project needs columns of users and items, also where no file has them. */
const NO_USERS = "user_id";
const NO_ITEMS = "item_id";

function columnsOf(content: StoredAirecFile | undefined, interactions: StoredAirecFile | undefined) {
  const named = (file: StoredAirecFile | undefined, key: "user_id" | "item_id" | "rating") =>
    (file && columnOf(file, key)) ?? null;
  const itemColumn = named(interactions, "item_id") ?? named(content, "item_id") ?? NO_ITEMS;
  const userColumn = named(interactions, "user_id") ?? (itemColumn === NO_USERS ? "user" : NO_USERS);
  return { userColumn, itemColumn, weightColumn: named(interactions, "rating") };
}

/** The name, or the name with the first free number after it: AiREC's projects may share a name, those of an account may not. */
async function freeName({ db }: Deps, viewer: Viewer, name: string): Promise<string> {
  const rows = await db
    .select({ name: project.name })
    .from(project)
    .where(eq(project.ownerId, viewer.accountId));
  const taken = new Set(rows.map((row) => row.name));
  for (let number = 1; ; number++) {
    const suffix = number === 1 ? "" : ` (${number})`;
    const candidate = name.slice(0, MAX_NAME_LENGTH - suffix.length) + suffix;
    if (!taken.has(candidate)) return candidate;
  }
}
