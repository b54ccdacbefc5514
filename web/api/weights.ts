import type { WeightPreviewRequest, weightReport } from "#contract/weight-report.ts";
import { type Answer, request } from "./client.ts";

/** What a choice of weights does to the newest uploaded file. Nothing is stored. */
export function previewWeights(projectId: number, body: Partial<WeightPreviewRequest>) {
  return request<Answer<typeof weightReport>>(`project/${projectId}/interaction_weights/preview/`, {
    method: "POST",
    body,
  });
}
