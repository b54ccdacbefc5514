/** Feedback as files of an archive. Its events are in the segments; a row knows when they came, so that they can be removed with it. */
import { type ArchiveFeedback, archiveFeedback, FEEDBACK_ROWS_PREFIX } from "#contract/archive-feedback.ts";
import type { FeedbackRow } from "#jobs/event-shard/feedback.ts";
import { BadArchive } from "#storage/tar.ts";
import type { ServiceDeps } from "../deps.ts";
import { isArchivedId } from "./archived-id.ts";
import { latestTime } from "./latest-time.ts";

type Deps = Pick<ServiceDeps, "events" | "clock">;

/** Of one file, about; a file of an archive has at most 4 MiB. */
const FILE_LENGTH = 1024 * 1024;

export async function* feedbackFiles(
  { events }: Pick<Deps, "events">,
  projectId: number,
): AsyncGenerator<{ readonly name: string; readonly text: string }> {
  let page = 0;
  let text = "";
  const file = () => ({ name: `${FEEDBACK_ROWS_PREFIX}${String(++page).padStart(6, "0")}.ndjson`, text });
  for await (const rows of events.feedback(projectId)) {
    for (const row of rows) {
      text += `${JSON.stringify(toArchive(row))}\n`;
      if (text.length < FILE_LENGTH) continue;
      yield file();
      text = "";
    }
  }
  if (text !== "") yield file();
}

function toArchive({ userId, itemId, ...row }: FeedbackRow): ArchiveFeedback {
  const { type, value, time, updated, comment, received } = row;
  return { type, user_id: userId, item_id: itemId, value, time, updated, comment, received };
}

export function isFeedbackFile(name: string): boolean {
  return name.startsWith(FEEDBACK_ROWS_PREFIX);
}

/** Takes a file of an archive into the event shards of its new project. Throws `BadArchive` for a file that is none, or without room. */
export async function takeFeedback(
  { events, clock }: Deps,
  projectId: number,
  { name, text }: { readonly name: string; readonly text: string },
): Promise<void> {
  const latest = latestTime(clock);
  const lines = text.split("\n").filter((line) => line !== "");
  const rows = lines.map((line, at) => read(line, { file: name, at: at + 1, latest }));
  if (rows.length === 0) throw new BadArchive(`"${name}" of the archive has no feedback.`);
  if (!(await events.restoreFeedback(projectId, rows))) {
    throw new BadArchive("The archive has more feedback than a project has room for.");
  }
}

interface Place {
  readonly file: string;
  readonly at: number;
  /** Events came until then. */
  readonly latest: number;
}

function read(line: string, { file, at, latest }: Place): FeedbackRow {
  const { user_id: userId, item_id: itemId, ...row } = parse(file, line);
  if (!isArchivedId(userId) || !isArchivedId(itemId)) {
    throw new BadArchive(`Line ${at} of "${file}" has an id that no user or item can have.`);
  }
  if ((row.received?.last ?? 0) > latest) {
    throw new BadArchive(`Line ${at} of "${file}" has an event of the future.`);
  }
  return { userId, itemId, ...row };
}

function parse(name: string, line: string): ArchiveFeedback {
  try {
    const parsed = archiveFeedback.safeParse(JSON.parse(line));
    if (parsed.success) return parsed.data;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  throw new BadArchive(`"${name}" of the archive has something else than feedback.`);
}
