/** Archives of projects, opened, changed, and closed again with a valid manifest. */
import { type ArchiveTable, PROJECT_NAME } from "#contract/archive.ts";
import { type Bytes, withFiles } from "../../setup/changed-archive.ts";
import type { Person, TestApi } from "./api.ts";

export async function exported(person: Person, projectId: number): Promise<Bytes> {
  const response = await person.call("GET", `/project/${projectId}/export/`);
  if (response.status !== 200) throw new Error(`export failed: ${response.status}`);
  return new Uint8Array(await response.arrayBuffer());
}

export function importing(api: TestApi, person: Person, archive: Bytes, name: string): Promise<Response> {
  const body = new FormData();
  body.append("name", name);
  body.append("file", new File([archive], "project.tar"));
  const headers = { authorization: `Bearer ${person.session.access}` };
  return api.fetch("/api/v1/project_import/", { method: "POST", headers, body });
}

/** The archive with every row of a table changed and a matching manifest. */
export function withRows(
  archive: Bytes,
  table: ArchiveTable,
  change: (line: string) => string,
): Promise<Bytes> {
  return withTexts(archive, `rows/${table}/`, (text) =>
    text
      .split("\n")
      .map((line) => (line === "" ? "" : change(line)))
      .join("\n"),
  );
}

/** The same for the project's own row. */
export function withHead(archive: Bytes, change: (text: string) => string): Promise<Bytes> {
  return withTexts(archive, PROJECT_NAME, change);
}

/** The archive with every segment of events changed, and perhaps its name. */
export function withEvents(
  archive: Bytes,
  change: (name: string, text: string) => [name: string, text: string],
): Promise<Bytes> {
  return withFiles(archive, "events/", change);
}

function withTexts(archive: Bytes, start: string, change: (text: string) => string): Promise<Bytes> {
  return withFiles(archive, start, (name, text) => [name, change(text)]);
}
