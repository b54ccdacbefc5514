/** The sample data set for a new project: fans of invented idols, all of it invented. */
import { COMMUNITIES } from "./catalogue.ts";
import { EVENT_WEIGHTS, sampleEvents } from "./sample-events.ts";
import { samplePosts } from "./sample-posts.ts";

export interface Sample {
  /** Columns user_id, item_id, event_type, weight, timestamp; in chunks of one fan each. Can be read only once. */
  readonly interactionsCsv: Generator<string>;
  /** Columns item_id, title, idol, community, tags (`|` between them), created_at. */
  readonly itemsCsv: Generator<string>;
}

/** The columns of the sample's interaction file. */
export const SAMPLE_COLUMNS = {
  user: "user_id",
  item: "item_id",
  time: "timestamp",
  weight: "weight",
} as const;

/** The sample that the demo and the dashboard use. It always ends on this day, so everybody gets the same files. */
export const SHARED_SAMPLE = { seed: 7, endsAt: Date.UTC(2026, 5, 30) } as const;

/** Generates the sample; the same bytes for the same arguments. `endsAt` (epoch milliseconds) is the moment of its last event. */
export function generateSample(seed: number, endsAt: number): Sample {
  return { interactionsCsv: interactionsCsv(seed, endsAt), itemsCsv: itemsCsv(seed, endsAt) };
}

function* interactionsCsv(seed: number, endsAt: number): Generator<string> {
  yield "user_id,item_id,event_type,weight,timestamp\n";
  for (const events of sampleEvents(seed, samplePosts(seed, endsAt), endsAt)) {
    let text = "";
    for (const { fanId, postId, type, at } of events) {
      text += `${fanId},${postId},${type},${EVENT_WEIGHTS[type]},${new Date(at).toISOString()}\n`;
    }
    yield text;
  }
}

function* itemsCsv(seed: number, endsAt: number): Generator<string> {
  yield "item_id,title,idol,community,tags,created_at\n";
  for (const post of samplePosts(seed, endsAt)) {
    const created = new Date(post.createdAt).toISOString();
    const cells = [
      post.id,
      post.title,
      post.idol,
      COMMUNITIES[post.community] ?? "",
      post.tags.join("|"),
      created,
    ];
    yield `${cells.map(csvCell).join(",")}\n`;
  }
}

function csvCell(text: string): string {
  return /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
