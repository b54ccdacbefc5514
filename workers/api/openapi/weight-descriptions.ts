import { weightPreviewRequest, weightReport } from "#contract/weight-report.ts";
import type { Descriptions } from "./description.ts";

export const WEIGHTS: Descriptions = {
  "POST /project/:id/interaction_weights/preview": {
    summary: "Show what a choice of weights would do to a file or to the events, without storing it",
    body: weightPreviewRequest,
    answer: weightReport,
  },
};
