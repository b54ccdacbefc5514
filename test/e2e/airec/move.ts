/**
 * Runs the commands of docs/guides/from-airec.md that move projects and apps: `node test/e2e/airec/move.ts`. One account of a stack
 * stands for the running AiREC, with its files in a folder as AiREC keeps them; another account gets them. Needs bash, jq and curl.
 * Ends with 1 if lists of the two differ.
 */
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { waitFor } from "#cli/demo/wait-for.ts";
import { removeState, startTestStack } from "../../setup/stack.ts";
import { filmsCsv, ratingsCsv } from "./films.ts";
import { type NewProject, ORIGIN, openStudio, type Studio, type StudioProject } from "./studio.ts";

const GUIDE = join(import.meta.dirname, "../../../docs/guides/from-airec.md");
const [moveProjects = "", moveApps = ""] = [
  ...readFileSync(GUIDE, "utf8").matchAll(/```bash\n(.*?)```/gs),
].map(([, block]) => block ?? "");
const CONTENT = {
  schema: { item_id: "film", item_title: "name", feature_cols: ["genre", "plot"] },
  text: filmsCsv(),
};
const RATINGS = { schema: { user_id: "viewer", item_id: "film", rating: "stars" }, text: ratingsCsv() };
const PROJECTS: readonly NewProject[] = [
  { name: "films; by \"title\" & 'words'", content: CONTENT },
  { name: "@ratings", interactions: RATINGS },
  { name: "both", content: CONTENT, interactions: RATINGS },
];
const QUERY = { item_title: "Silent River", user_id: "u001", n: "80" };

interface Uploaded {
  readonly uploaded_files: readonly { readonly storage_path: string; readonly file_type: string }[];
}

const folder = mkdtempSync(join(tmpdir(), "edgewise-move-"));
const stack = await startTestStack({ settings: { EDGEWISE_ALLOWED_ORIGINS: ORIGIN } });

async function studioOf(email: string): Promise<{ studio: Studio; token: string }> {
  const anonymous = openStudio(stack.url);
  await anonymous.signUp(email);
  const { jwttoken: token } = await anonymous.logIn(email);
  return { studio: openStudio(stack.url, token), token };
}

/** Names and lists of all projects of an account, once they are ready. */
async function listsOf(studio: Studio): Promise<string> {
  const lists: unknown[] = [];
  for (const { id, project_name: name } of await studio.projects()) {
    await waitFor(
      () => studio.status(id),
      ({ status, error }) => status === "ready" || error !== undefined,
    );
    const { recommendations } = await studio.recommendations(id, QUERY);
    lists.push({ name, recommendations });
  }
  return JSON.stringify(lists);
}

/** The folder of AiREC's files, and what it says of projects and apps. */
async function writeExport(studio: Studio): Promise<void> {
  const projects = (await studio.projects()) as (StudioProject & Uploaded)[];
  mkdirSync(join(folder, "user_uploads"));
  for (const { storage_path: path, file_type: type } of projects.flatMap((one) => one.uploaded_files))
    writeFileSync(
      join(folder, "user_uploads", basename(path)),
      type === "content" ? CONTENT.text : RATINGS.text,
    );
  writeFileSync(join(folder, "projects.json"), JSON.stringify(projects));
  writeFileSync(join(folder, "apps.json"), JSON.stringify(await studio.apps()));
}

try {
  const [from, to] = [await studioOf("from@example.com"), await studioOf("to@example.com")];
  for (const project of PROJECTS) await from.studio.create(project);
  for (const name of ["Pages", 'it\'s "ours"'])
    await from.studio.register(name, "https://pages.example/hook");
  const before = await listsOf(from.studio);
  await writeExport(from.studio);
  const env = { ...process.env, URL: stack.url, TOKEN: to.token, UPLOADS: "user_uploads" };
  for (const script of [moveProjects, moveApps])
    console.log(execFileSync("bash", ["-euo", "pipefail", "-c", script], { cwd: folder, env }).toString());
  const after = await listsOf(to.studio);
  const names = async (studio: Studio) => (await studio.apps()).map(({ app_name }) => app_name).sort();
  const apps = [await names(from.studio), await names(to.studio)].map((list) => JSON.stringify(list));
  const isEqual = before === after && apps[0] === apps[1];
  console.log(isEqual ? "equal" : `different:\n${before}\n${after}\n${apps.join("\n")}`);
  process.exitCode = isEqual ? 0 : 1;
} finally {
  await stack.stop();
  removeState(stack.stateDir);
  rmSync(folder, { recursive: true, force: true });
}
