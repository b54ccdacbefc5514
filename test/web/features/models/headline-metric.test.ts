import { expect, it } from "vitest";
import { headlineMetric } from "../../../../web/features/models/headline-metric.ts";

it.each([
  [{ "hit@10": 0.5, "recall@10": 0.2, "ndcg@10": 0.1 }, "ndcg@10"],
  [{ "map@5": 0.5, "hit@5": 0.2 }, "map@5"],
  [{}, null],
  [null, null],
])("of %j is %s", (metrics, name) =>
  expect(headlineMetric(metrics as Record<string, number> | null)).toBe(name),
);
