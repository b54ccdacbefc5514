/** Written properties of users as files of an archive. What users have of others who are the same follows from the merges again. */
import { type ArchiveUser, archiveUser, USER_ROWS_PREFIX } from "#contract/archive-user.ts";
import type { UserRow } from "#jobs/event-shard/user-properties.ts";
import { BadArchive } from "#storage/tar.ts";
import type { ServiceDeps } from "../deps.ts";
import { isArchivedId } from "./archived-id.ts";

type Deps = Pick<ServiceDeps, "events">;

/** Of one file, about; a file of an archive has at most 4 MiB. */
const FILE_LENGTH = 1024 * 1024;

export async function* userFiles(
  { events }: Deps,
  projectId: number,
): AsyncGenerator<{ readonly name: string; readonly text: string }> {
  let page = 0;
  let text = "";
  const file = () => ({ name: `${USER_ROWS_PREFIX}${String(++page).padStart(6, "0")}.ndjson`, text });
  for await (const rows of events.users(projectId)) {
    for (const row of rows) {
      text += `${JSON.stringify(toArchive(row))}\n`;
      if (text.length < FILE_LENGTH) continue;
      yield file();
      text = "";
    }
  }
  if (text !== "") yield file();
}

function toArchive({ userId, properties, isPartial, updatedAt }: UserRow): ArchiveUser {
  return {
    user_id: userId,
    properties,
    is_partial: isPartial,
    updated_at: updatedAt,
  };
}

export function isUserFile(name: string): boolean {
  return name.startsWith(USER_ROWS_PREFIX);
}

/** Takes a file of an archive into the event shards of its new project. Throws `BadArchive` for a file that is none, or for too many users. */
export async function takeUsers(
  { events }: Deps,
  projectId: number,
  { name, text }: { readonly name: string; readonly text: string },
): Promise<void> {
  const lines = text.split("\n").filter((line) => line !== "");
  const rows = lines.map((line, at) => read(name, line, at + 1));
  if (rows.length === 0) throw new BadArchive(`"${name}" of the archive has no user.`);
  const problem = await events.restoreUsers(projectId, rows);
  if (problem !== null) throw new BadArchive(`The archive has too many properties of users. ${problem}`);
}

function read(file: string, line: string, at: number): UserRow {
  const user = parse(file, line);
  if (!isArchivedId(user.user_id)) {
    throw new BadArchive(`Line ${at} of "${file}" has an id that no user can have.`);
  }
  return {
    userId: user.user_id,
    properties: user.properties,
    isPartial: user.is_partial,
    updatedAt: user.updated_at,
  };
}

function parse(name: string, line: string): ArchiveUser {
  try {
    const parsed = archiveUser.safeParse(JSON.parse(line));
    if (parsed.success) return parsed.data;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  throw new BadArchive(`"${name}" of the archive has something else than properties of users.`);
}
