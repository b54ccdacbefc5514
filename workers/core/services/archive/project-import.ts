/** Makes a new project from an archive: all of it or nothing, in one pass over its bytes. */

import { createHash } from "node:crypto";
import { and, eq, isNull } from "drizzle-orm";
import type { z } from "zod";
import {
  ARCHIVE_TABLES,
  type ArchiveManifest,
  type ArchiveTable,
  archiveHead,
  archiveManifest,
  archiveRows,
  MANIFEST_NAME,
  PROJECT_NAME,
} from "#contract/archive.ts";
import { eventSettingsProblem } from "#contract/event-settings.ts";
import { MAX_JSON_BODY_BYTES, MAX_UPLOAD_BYTES } from "#contract/limits.ts";
import { UPLOAD_KINDS } from "#contract/upload.ts";
import { isUniqueViolation } from "#db/database.ts";
import { project, trainedModel } from "#db/schema.ts";
import { MODEL_KIND } from "#engine/artifact/kinds.ts";
import { EngineError } from "#engine/engine-error.ts";
import { resignArtifact } from "#storage/resign-artifact.ts";
import { storeStream } from "#storage/store-stream.ts";
import { BadArchive, type TarEntry, tarEntries } from "#storage/tar.ts";
import type { QuotaRoom } from "../access/quotas.ts";
import { fieldError } from "../app-error.ts";
import type { ServiceDeps } from "../deps.ts";
import { unfinishedIngestions } from "../files/ingestions.ts";
import { refuseOverloaded } from "../preview.ts";
import { columnsProblem } from "../projects/projects.ts";
import { type ProjectRow, projectCodec } from "../resources/project.ts";
import { rebuildManifest } from "../serving/routing.ts";
import type { Viewer } from "../viewer.ts";
import { isFeedbackFile, takeFeedback } from "./archive-feedback.ts";
import { ImportedItems } from "./archive-items.ts";
import { isUserFile, takeUsers } from "./archive-users.ts";
import { ImportedEvents, isSegmentName } from "./archived-events.ts";
import { ImportGuard } from "./import-guard.ts";
import { ImportedRows } from "./import-rows.ts";

export type ImportDeps = Pick<
  ServiceDeps,
  | "db"
  | "store"
  | "artifactKeys"
  | "routing"
  | "jobs"
  | "events"
  | "items"
  | "meters"
  | "preview"
  | "clock"
  | "randomBytes"
> & {
  /** Called once the project exists, so that several imports at the same moment count each other. */
  readonly room?: QuotaRoom;
};

/** Largest file of rows or manifest; five hundred rows take a tenth of this. */
const MAX_JSON_BYTES = 4 * 1024 * 1024;
const NAME_TAKEN = "A project with this name already exists.";
const ROWS_NAME = /^rows\/([a-z_]+)\/[a-z0-9_-]+\.ndjson$/;

export interface Imported {
  readonly project: ProjectRow;
  /** Whether an enabled schedule was imported as disabled. */
  readonly isScheduleOff: boolean;
}

/** `name` is the new project's; null uses the archive's. Throws a field error with the problem of the archive. */
export async function importProject(
  deps: ImportDeps,
  viewer: Viewer,
  archive: AsyncIterable<Uint8Array>,
  name: string | null,
): Promise<Imported> {
  try {
    return await new ProjectImport(deps, viewer).run(tarEntries(archive), name);
  } catch (error) {
    throw error instanceof BadArchive ? fieldError("file", error.message) : error;
  }
}

class ProjectImport {
  readonly #deps: ImportDeps;
  readonly #viewer: Viewer;
  readonly #files: ArchiveManifest["files"] = [];
  readonly #items: ImportedItems;

  constructor(deps: ImportDeps, viewer: Viewer) {
    this.#deps = deps;
    this.#viewer = viewer;
    this.#items = new ImportedItems(deps);
  }

  async run(entries: AsyncGenerator<TarEntry>, name: string | null): Promise<Imported> {
    const { value: first } = await entries.next();
    if (first?.name !== PROJECT_NAME) throw new BadArchive("This is not an archive of a project.");
    const head = parseJson(archiveHead, PROJECT_NAME, await this.#readText(first));
    const kept = projectCodec.restore(head.project, () => null);
    const row = { ...kept, ownerId: this.#viewer.accountId, name: name ?? kept.name };
    const problem = columnsProblem(row);
    if (problem)
      throw new BadArchive(`"${PROJECT_NAME}" of the archive: ${problem.field}: ${problem.message}`);
    const contradiction = kept.eventSettings && eventSettingsProblem(kept.eventSettings);
    if (contradiction)
      throw new BadArchive(
        `"${PROJECT_NAME}" of the archive: ${contradiction.field}: ${contradiction.message}`,
      );
    await this.#refuseTakenName(row.name);
    const guard = await ImportGuard.open(this.#deps, row);
    let isScheduleOff = false;
    try {
      await this.#deps.room?.require();
      const rows = new ImportedRows(this.#deps, {
        projectId: guard.projectId,
        orderId: guard.orderId,
        ownerId: row.ownerId,
      });
      const events = new ImportedEvents(this.#deps, guard.projectId);
      await this.#takeAll(entries, guard, { rows, events });
      for (const [shard, segments] of events.shards) {
        await this.#deps.events.restore(guard.projectId, shard, segments);
      }
      await rows.linkLater();
      isScheduleOff = rows.switchedOff;
      await this.#acceptModels(guard, rows);
      await finish(guard);
    } catch (error) {
      await guard.rollBack();
      if (isUniqueViolation(error)) throw new BadArchive("Two rows of the archive are the same.");
      throw error;
    }
    return { project: await this.#begin(guard.projectId), isScheduleOff };
  }

  async #refuseTakenName(name: string): Promise<void> {
    const same = and(
      eq(project.ownerId, this.#viewer.accountId),
      eq(project.name, name),
      isNull(project.deletedAt),
    );
    const taken = await this.#deps.db.select({ id: project.id }).from(project).where(same).limit(1);
    if (taken.length > 0) throw fieldError("name", NAME_TAKEN);
  }

  async #takeAll(
    entries: AsyncGenerator<TarEntry>,
    guard: ImportGuard,
    { rows, events }: { readonly rows: ImportedRows; readonly events: ImportedEvents },
  ): Promise<void> {
    let manifest: ArchiveManifest | null = null;
    for await (const entry of entries) {
      if (manifest) throw new BadArchive("The archive has data after its manifest.");
      await guard.renew();
      if (entry.name === MANIFEST_NAME) {
        manifest = parseJson(archiveManifest, MANIFEST_NAME, await readText(entry));
      } else if (isSegmentName(entry.name)) {
        await events.take(
          entry,
          this.#hashed(entry, () => guard.renew()),
        );
      } else await this.#take(entry, guard, rows);
    }
    if (manifest === null) throw new BadArchive("The archive has no manifest: it was cut off.");
    const [missing] = rows.awaited.keys();
    if (missing !== undefined) throw new BadArchive(`The archive lacks the file "${missing}".`);
    checkManifest(manifest.files, this.#files);
  }

  async #take(entry: TarEntry, guard: ImportGuard, rows: ImportedRows): Promise<void> {
    const table = ARCHIVE_TABLES.find((known) => known === ROWS_NAME.exec(entry.name)?.[1]);
    if (table !== undefined) return this.#takeRows(table, entry, guard, rows);
    if (ImportedItems.isFile(entry.name)) {
      return this.#items.take(guard.projectId, entry.name, await this.#readText(entry));
    }
    if (isUserFile(entry.name)) {
      const file = { name: entry.name, text: await this.#readText(entry) };
      return takeUsers(this.#deps, guard.projectId, file);
    }
    if (isFeedbackFile(entry.name)) {
      const file = { name: entry.name, text: await this.#readText(entry) };
      return takeFeedback(this.#deps, guard.projectId, file);
    }
    const awaited = rows.awaited.get(entry.name);
    if (awaited === undefined) throw new BadArchive(`No row of the archive has the file "${entry.name}".`);
    if (entry.size > MAX_UPLOAD_BYTES) throw new BadArchive(`The file "${entry.name}" is too large.`);
    rows.awaited.delete(entry.name);
    const bytes = this.#hashed(entry, () => guard.renew());
    await awaited.stored(await storeStream(this.#deps.store, awaited.key, bytes, MAX_UPLOAD_BYTES));
  }

  async #takeRows(
    table: ArchiveTable,
    entry: TarEntry,
    guard: ImportGuard,
    rows: ImportedRows,
  ): Promise<void> {
    const text = await this.#readText(entry);
    for (const line of text.split("\n")) {
      if (line === "") continue;
      if (line.length > MAX_JSON_BODY_BYTES)
        throw new BadArchive(`"${entry.name}" has a row that is too long.`);
      await rows.add(table, parseJson(archiveRows[table], entry.name, line) as never);
      await guard.renew();
    }
  }

  #readText(entry: TarEntry): Promise<string> {
    return readText({ ...entry, bytes: this.#hashed(entry, async () => undefined) });
  }

  /** Hashes the bytes of a file while passing them on. */
  async *#hashed(entry: TarEntry, between: () => Promise<void>): AsyncGenerator<Uint8Array> {
    const hash = createHash("sha256");
    for await (const chunk of entry.bytes) {
      hash.update(chunk);
      yield chunk;
      await between();
    }
    this.#files.push({ name: entry.name, size: entry.size, sha256: hash.digest("hex") });
  }

  /** A model that this deployment signed serves unchanged; any other is trained again, from the imported data. */
  async #acceptModels(guard: ImportGuard, rows: ImportedRows): Promise<void> {
    const { db, store, preview } = this.#deps;
    for (const [key, id] of rows.models) {
      await guard.renew();
      const isAdopted = await this.#adopt(key, id, guard.projectId);
      const sample = isAdopted
        ? await preview.sample({ projectId: guard.projectId, artifactKey: key }, { cutoff: 1 }, 0)
        : null;
      if (sample !== null) refuseOverloaded(sample);
      const isOurs = sample?.ok === true;
      const object = await store.head(key);
      if (!isOurs) await store.delete(key);
      const ours = { artifactKey: key, filesize: object?.size ?? null };
      // For a model that is trained again, the decision is taken again.
      const foreign = { status: "PENDING", progress: 0, error: null, deployment: null } as const;
      await db
        .update(trainedModel)
        .set(isOurs ? ours : foreign)
        .where(eq(trainedModel.id, id));
    }
  }

  /** Signs a model of this deployment for its new project. False for any other file. */
  async #adopt(key: string, id: number, projectId: number): Promise<boolean> {
    const names = { project_id: projectId, model_id: id };
    try {
      await resignArtifact(this.#deps.store, await this.#deps.artifactKeys(), key, {
        kind: MODEL_KIND,
        names,
      });
      return true;
    } catch (error) {
      if (error instanceof EngineError && error.code === "BAD_ARTIFACT") return false;
      throw error;
    }
  }

  /** If this breaks off, the cron finds the remaining work in the database. */
  async #begin(projectId: number): Promise<ProjectRow> {
    const { db, jobs } = this.#deps;
    await rebuildManifest(this.#deps, projectId);
    for (const kind of UPLOAD_KINDS) {
      for (const id of await unfinishedIngestions(db, kind, projectId)) await jobs.ingest(kind, id);
    }
    const [row] = await db.select().from(project).where(eq(project.id, projectId));
    if (row === undefined) throw new Error("the imported project is gone");
    return row;
  }
}

/** Of two imports with one name at the same time, the first to end gets it. */
async function finish(guard: ImportGuard): Promise<void> {
  try {
    await guard.finish();
  } catch (error) {
    throw isUniqueViolation(error) ? fieldError("name", NAME_TAKEN) : error;
  }
}

async function readText({ name, size, bytes }: TarEntry): Promise<string> {
  if (size > MAX_JSON_BYTES) throw new BadArchive(`The file "${name}" is too large.`);
  const decoder = new TextDecoder();
  let text = "";
  for await (const chunk of bytes) text += decoder.decode(chunk, { stream: true });
  return text + decoder.decode();
}

function parseJson<S extends z.ZodType>(schema: S, name: string, text: string): z.output<S> {
  try {
    const parsed = schema.safeParse(JSON.parse(text));
    if (parsed.success) return parsed.data;
    const [issue] = parsed.error.issues;
    throw new BadArchive(`"${name}" of the archive: ${issue?.path.join(".")}: ${issue?.message}`);
  } catch (error) {
    throw error instanceof SyntaxError ? new BadArchive(`"${name}" of the archive is not JSON.`) : error;
  }
}

function checkManifest(told: ArchiveManifest["files"], found: ArchiveManifest["files"]): void {
  for (const [at, file] of found.entries()) {
    const other = told[at];
    const isSame = other?.name === file.name && other.size === file.size && other.sha256 === file.sha256;
    if (!isSame) throw new BadArchive(`The file "${file.name}" does not match the manifest.`);
  }
  if (told.length !== found.length) throw new BadArchive("The manifest lists files that the archive lacks.");
}
