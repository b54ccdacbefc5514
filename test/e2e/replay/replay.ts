/** Sends recorded requests to a deployment, and says which answers differ from the recorded ones. */
import { readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { waitFor } from "#cli/demo/wait-for.ts";
import { differences } from "./compare.ts";
import { filled, type Line, type Variables } from "./transcript.ts";

export interface ReplayOptions {
  /** Of the deployment, with the prefix of the original's addresses. */
  readonly base: string;
  /** Where the lines' fixtures are. */
  readonly folder: string;
  readonly variables: Variables;
  /** Without it, what a receiver got is not compared. */
  readonly receiver?: ReplayReceiver;
}

/** The address that webhooks of the deployment go to. */
export interface ReplayReceiver {
  /** The bodies of the calls so far, by path. */
  readonly bodiesAt: (path: string) => readonly string[];
  /** Makes the deployment send what waits. */
  readonly drive: () => Promise<void>;
}

export interface Outcome {
  readonly line: Line;
  /** `defect`: the original is wrong, so only the status is shown. `left`: what a receiver of webhooks got. */
  readonly verdict: "equal" | "different" | "defect" | "left";
  readonly problems: readonly string[];
}

/** Replays the lines one after another. */
export async function replay(lines: readonly Line[], options: ReplayOptions): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  for (const line of lines) {
    if (line.direction === "received" && options.receiver && line.request_body !== null) {
      const problems = await receivedProblems(line, options, options.receiver);
      outcomes.push({ line, verdict: problems.length > 0 ? "different" : "equal", problems });
      continue;
    }
    if (line.direction === "received") {
      outcomes.push({ line, verdict: "left", problems: [] });
      continue;
    }
    const problems = await problemsOf(line, options);
    const verdict = line.defect !== undefined ? "defect" : problems.length > 0 ? "different" : "equal";
    outcomes.push({ line, verdict, problems });
  }
  return outcomes;
}

/** How often the deployment is told to send before a call counts as missing. */
const DRIVES = 5;

/** A call with the recorded body must have arrived; the nearest one is shown. A key in the body is a defect of the original. */
async function receivedProblems(
  line: Line,
  { variables }: ReplayOptions,
  { bodiesAt, drive }: ReplayReceiver,
): Promise<string[]> {
  const { api_key: _, ...recorded } = line.request_body as Record<string, unknown>;
  const path = line.path.replace("{receiver}", "");
  let nearest: string[] = ["nothing arrived"];
  for (let n = 0; n < DRIVES; n++) {
    await drive();
    for (const body of bodiesAt(path)) {
      const problems = differences(filled(recorded, variables), parsed(body));
      if (problems.length === 0) return [];
      if (nearest[0] === "nothing arrived" || problems.length < nearest.length) nearest = problems;
    }
  }
  return nearest;
}

async function problemsOf(line: Line, options: ReplayOptions): Promise<string[]> {
  const ask = () => answerOf(line, options);
  const isEnd = line.name.endsWith("when finished");
  const hasEnded = ({ body }: Answer) => ["ready", "error"].includes(String(at(body, "status")));
  const { response, body } = isEnd ? await waitFor(ask, hasEnded) : await ask();
  for (const [name, path] of Object.entries(line.capture ?? {})) options.variables.set(name, at(body, path));
  if (response.status !== line.status) {
    return [`status ${response.status} instead of ${line.status}: ${JSON.stringify(body).slice(0, 200)}`];
  }
  return [...headerProblems(line, response), ...bodyProblems(line, body, options)];
}

interface Answer {
  readonly response: Response;
  readonly body: unknown;
}

/** The value at a path such as `data.id`. */
function at(body: unknown, path: string): unknown {
  const step = (value: unknown, key: string) => (value as Readonly<Record<string, unknown>> | null)?.[key];
  return path.split(".").reduce(step, body);
}

async function answerOf(line: Line, { base, folder, variables }: ReplayOptions): Promise<Answer> {
  const url = new URL(base + String(filled(line.path, variables)));
  for (const [name, values] of Object.entries(line.query ?? {})) {
    for (const value of [values].flat()) url.searchParams.append(name, String(filled(value, variables)));
  }
  const given = filled(line.request_headers ?? {}, variables) as Record<string, string>;
  const body = requestBody(filled(line.request_body, variables), folder);
  const isJson = typeof body === "string" && !("Content-Type" in given);
  const headers = { ...given, ...(isJson && { "Content-Type": "application/json" }) };
  const response = await fetch(url, {
    method: line.method,
    headers,
    redirect: "manual",
    ...(body !== undefined && { body }),
  });
  const text = await response.text();
  return { response, body: parsed(text) };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Not all answers are JSON.
    return text;
  }
}

function requestBody(body: unknown, folder: string): string | FormData | undefined {
  if (body === null || body === undefined) return undefined;
  const { "<raw>": raw, "<multipart>": fields } = body as {
    "<raw>"?: string;
    "<multipart>"?: Record<string, string>;
  };
  if (raw !== undefined) return raw;
  if (fields === undefined) return JSON.stringify(body);
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) {
    const [, path, type] = /^<file:([^;]+); ([^>]+)>$/.exec(value) ?? [];
    if (path === undefined) form.append(name, value);
    else
      form.append(name, new File([readFileSync(join(folder, path))], basename(path), { type: type ?? "" }));
  }
  return form;
}

const COMPARED_HEADERS = ["allow", "access-control-allow-origin", "access-control-allow-headers"];

function headerProblems({ response_headers: headers = {} }: Line, { headers: found }: Response): string[] {
  const { location } = headers;
  const path = (text: string | null | undefined) =>
    text ? new URL(text, "http://any").pathname.replace(/^\/airec/, "") : "";
  const moved = location === undefined || path(found.get("location")) === path(location);
  return [
    ...(moved ? [] : [`header location: ${found.get("location")} instead of ${location}`]),
    ...COMPARED_HEADERS.flatMap((name) => {
      const wanted = headers[name];
      return wanted === undefined || found.get(name) === wanted
        ? []
        : [`header ${name}: ${found.get(name)} instead of ${wanted}`];
    }),
  ];
}

function bodyProblems(line: Line, body: unknown, { folder, variables }: ReplayOptions): string[] {
  const expected = filled(line.response_body, variables);
  if (typeof expected === "string" && expected.startsWith("<!DOCTYPE")) return stackTraceIn(body);
  if (line.status === 422) return differences(withoutInputs(expected), withoutInputs(body));
  if (/TruncatedSVD|unrated items/.test(line.note ?? "")) return listProblems(line, expected, body, folder);
  return differences(expected, body);
}

function stackTraceIn(body: unknown): string[] {
  return /\n\s+at |&nbsp;at |Traceback/.test(String(body)) ? ["body: has a stack trace"] : [];
}

/** The kind, place and text of each refused value. */
function withoutInputs(body: unknown): unknown {
  const strip = (list: unknown) =>
    Array.isArray(list) ? list.map(({ type, loc, msg }) => ({ type, loc, msg })) : list;
  const { detail, details, error } = (body ?? {}) as Record<string, unknown>;
  return { detail: strip(detail), details: strip(details), error };
}

/** Another model need not recommend the same items: only as many, with the same keys, and none that the user has rated. */
function listProblems(line: Line, expected: unknown, body: unknown, folder: string): string[] {
  type Answer = { recommendations?: Record<string, string>[] };
  const wanted = (expected as Answer).recommendations ?? [];
  const found = (body as Answer).recommendations ?? [];
  const [, cut] = /^<\.\.\. (\d+) in all>$/.exec(String(wanted.at(-1))) ?? [];
  const count = cut === undefined ? wanted.length : Number(cut);
  const keys = Object.keys(wanted[0] ?? {}).join();
  const { user_id: user } = { ...line.query, ...(line.request_body as Record<string, string> | null) };
  const rated = ratedBy(String(user ?? ""), folder);
  const ids = found.map((row) => Object.values(row)[0] ?? "");
  return [
    ...differences(
      { ...(expected as object), recommendations: [] },
      { ...(body as object), recommendations: [] },
    ),
    ...(found.length === count ? [] : [`${found.length} rows instead of ${count}`]),
    ...(found.every((row) => Object.keys(row).join() === keys) ? [] : [`rows have other keys than ${keys}`]),
    ...ids.filter((id) => rated.has(id)).map((id) => `${id} is rated already`),
    ...(new Set(ids).size === ids.length ? [] : ["an item is there twice"]),
  ];
}

function ratedBy(user: string, folder: string): ReadonlySet<string> {
  const rows = readFileSync(join(folder, "fixtures/ratings.csv"), "utf8").split("\n");
  return new Set(
    rows.map((row) => row.split(",")).flatMap(([who, item = ""]) => (who === user ? [item] : [])),
  );
}
