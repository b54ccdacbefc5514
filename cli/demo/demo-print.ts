import type { DemoResult } from "./demo-run.ts";

/** The one object of `--json`. */
export function toJson(result: DemoResult): string {
  const { trials, winner, popularity, known_user, new_user, live, seconds } = result;
  const rows = trials.map(({ number, algorithm, params, state, metrics, seconds: took }) => ({
    number,
    algorithm,
    params,
    state,
    metrics,
    seconds: took,
  }));
  return JSON.stringify({ trials: rows, winner, popularity, known_user, new_user, live, seconds });
}

/** The text printed at the end. */
export function toText(result: DemoResult, url: string): string {
  const { winner, popularity, known_user: known, new_user: fresh, live, seconds, account } = result;
  return [
    trialTable(result),
    `Winner on the test part, which no trial has seen: ${winner.algorithm}`,
    comparison(winner.metrics, popularity.metrics),
    `Ten items for a known user, ${known.user_id}:`,
    list(known.items),
    `Ten items for a new user who likes ${fresh.profile.join(", ")}:`,
    list(fresh.items),
    `Five items for a visitor whom nobody knows, ${live.user_id}:`,
    list(live.before),
    `The visitor likes ${live.liked.join(", ")}. The next list, ${live.milliseconds.toFixed(0)} ms after these events were sent:`,
    list(live.after),
    "A request for the known user as a command:",
    curl(result, url),
    `Dashboard: ${url}  (sign in as ${account.username} with ${account.password})`,
    `Read ${seconds.ingest.toFixed(1)} s, tuned ${seconds.tune.toFixed(1)} s, trained ${seconds.train.toFixed(1)} s, ` +
      `in all ${seconds.total.toFixed(1)} s.`,
  ].join("\n\n");
}

function trialTable({ trials }: DemoResult): string {
  const rows = trials.map((trial) => [
    String(trial.number),
    trial.algorithm ?? "",
    trial.state,
    trial.value?.toFixed(4) ?? "",
    trial.seconds?.toFixed(2) ?? "",
    Object.entries(trial.params)
      .map(([name, value]) => `${name}=${typeof value === "number" ? Number(value.toPrecision(3)) : value}`)
      .join(" "),
  ]);
  return columns([["trial", "algorithm", "state", "ndcg@10", "seconds", "parameters"], ...rows]);
}

function comparison(
  winner: Readonly<Record<string, number>>,
  popularity: Readonly<Record<string, number>>,
): string {
  const names = ["ndcg@10", "recall@10", "map@10", "hit@10"].filter((name) => name in winner);
  const rows = names.map((name) => {
    const ours = winner[name] ?? 0;
    const base = popularity[name] ?? 0;
    return [`  ${name}`, ours.toFixed(4), base.toFixed(4), base > 0 ? `${(ours / base).toFixed(2)} ×` : ""];
  });
  return columns([["  ", "winner", "popularity", ""], ...rows]);
}

interface Listed {
  readonly item_id: string;
  readonly score: number;
  readonly metadata?: Readonly<Record<string, unknown>> | null | undefined;
}

function list(items: readonly Listed[]): string {
  return columns(
    items.map((item, at) => [
      `  ${at + 1}.`,
      item.item_id,
      titleOf(item.metadata ?? null),
      item.score.toFixed(4),
    ]),
  );
}

function titleOf(metadata: Readonly<Record<string, unknown>> | null): string {
  const title = metadata?.title ?? metadata?.name;
  return typeof title === "string" ? title : "";
}

function curl({ projectId, apiKey, known_user: known }: DemoResult, url: string): string {
  const body = JSON.stringify({ user_id: known.user_id, cutoff: 10 }).replaceAll("'", "'\\''");
  return [
    `  curl -X POST ${url}/inference/predict/project/${projectId} \\`,
    `    -H 'X-API-Key: ${apiKey}' -H 'Content-Type: application/json' \\`,
    `    -d '${body}'`,
  ].join("\n");
}

/** Pads the cells of each column to the same width, except in the last column. */
function columns(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, at) => Math.max(...rows.map((row) => row[at]?.length ?? 0)));
  return rows
    .map((row) =>
      row
        .map((cell, at) => (at === row.length - 1 ? cell : cell.padEnd(widths[at] ?? 0)))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}
