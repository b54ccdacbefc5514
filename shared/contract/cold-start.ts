/**
 * The cold-start rules of a project: which items a person with few interactions gets. The rules and the default values are those of the K-pop
 * recommendation service.
 */
import * as z from "zod";

const MAX_THRESHOLD = 1_000;
const MAX_DAYS = 36_500;
const MAX_COUNTS = 20;
const MAX_NAME = 256;

const weight = z.number().min(0).max(1);
const column = z.string().min(1).max(MAX_NAME);

/** What each rule adds to a score at most. */
const weights = z
  .strictObject({
    community: weight.default(0.45),
    tags: weight.default(0.25),
    recency: weight.default(0.2),
    popularity: weight.default(0.1),
  })
  .refine((given) => Object.values(given).some((value) => value > 0), {
    message: "At least one weight must be above 0.",
  });

const itemCounts = z
  .record(column, z.number().min(0).max(1e6))
  .refine((given) => Object.keys(given).length <= MAX_COUNTS, {
    message: `More than ${MAX_COUNTS} columns`,
  });

export const coldStartSettings = z.strictObject({
  /** A person with fewer interactions gets a list by the rules. */
  threshold: z.number().int().min(1).max(MAX_THRESHOLD).default(5),
  /** The age in days from which an item is no longer recent. */
  recency_days: z.number().positive().max(MAX_DAYS).default(7),
  weights: weights.prefault({}),
  /** The property of a person that lists the communities that they follow. */
  user_communities: column.default("communities"),
  /** The columns of an item: its community, its tags, its date, and counts of what people did with it. */
  item_community: column.default("communityId"),
  item_tags: column.default("tags"),
  item_date: column.default("createdAt"),
  /** How much one of each counts. */
  item_counts: itemCounts.default({ view_count: 1, like_count: 3, comment_count: 5 }),
});
export type ColdStartSettings = z.infer<typeof coldStartSettings>;

export const DEFAULT_COLD_START: ColdStartSettings = coldStartSettings.parse({});

export const COLD_START_RULES = ["community", "tags", "recency", "popularity"] as const;
export type ColdStartRule = (typeof COLD_START_RULES)[number];

/** What is wrong with settings, as one sentence about the field. */
export function coldStartProblem({ issues }: z.ZodError): string {
  const [first] = issues;
  const place = first?.path.join(".") ?? "";
  return `${place === "" ? "" : `${place}: `}${first?.message ?? "Invalid settings"}`;
}
