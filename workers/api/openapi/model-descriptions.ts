/** Models, what is live, and figures. */

import * as z from "zod";
import {
  deploymentCheckResponse,
  deployRequest,
  movedResponse,
  rollBackRequest,
  servingResponse,
} from "#contract/deployment.ts";
import {
  deploymentSlotRequest,
  deploymentSlotResponse,
  slotPeriodResponse,
} from "#contract/deployment-slot.ts";
import {
  foundPeople,
  personHistory,
  profileRequest,
  profileResponse,
  sampleResponse,
  sampleWithMetadataResponse,
  scoredItem,
  trainedModelRequest,
  trainedModelResponse,
  trainingEstimate,
  trainingEstimateRequest,
} from "#contract/model.ts";
import { listOverlap, modelComparison, modelEvaluationRequest } from "#contract/model-comparison.ts";
import { rowId } from "#contract/primitives.ts";
import { deploymentSlots } from "#services/resources/deployment-slot.ts";
import { slotPeriods } from "#services/resources/slot-period.ts";
import { trainedModels } from "#services/resources/trained-model.ts";
import { type Descriptions, describeResource } from "./description.ts";
import { QUERY } from "./query-parameters.ts";
import { removalOf } from "./removal-description.ts";

/** The model that serves now, if a live version lost its file. */
const unlinkedModelResponse = trainedModelResponse.extend(movedResponse.partial().shape);
const EVERYTHING = ["create", "update", "delete"] as const;

export const MODELS: Descriptions = {
  ...describeResource({
    resource: trainedModels,
    answer: trainedModelResponse,
    body: trainedModelRequest,
    methods: EVERYTHING,
  }),
  "DELETE /trained_model/:id": removalOf("a trained model"),
  "POST /trained_model/estimate": {
    summary: "Show what a training would take, and why it would be refused",
    body: trainingEstimateRequest,
    answer: trainingEstimate,
  },
  "GET /trained_model/compare": {
    summary: "Show two to four models side by side",
    query: QUERY.compared,
    answer: modelComparison,
  },
  "GET /trained_model/compare_lists": {
    summary: "Show how much the lists of two models have in common, for the same people",
    query: QUERY.listOverlap,
    answer: listOverlap,
  },
  "POST /trained_model/:id/evaluate": {
    summary: "Measure a model's configuration on held-out data",
    body: modelEvaluationRequest,
    answer: z.object({ tuning_job: rowId }),
    status: 202,
  },
  "GET /trained_model/:id/download_file": { summary: "Download the artifact", isFile: true },
  "DELETE /trained_model/:id/unlink_file": {
    summary: "Delete the artifact, keep the row",
    query: QUERY.removal,
    answer: unlinkedModelResponse,
  },
  "GET /trained_model/:id/recommendation": {
    summary: "Recommend to a user of the training data",
    query: QUERY.recommendation,
    answer: z.array(scoredItem),
    isList: true,
  },
  "GET /trained_model/:id/similar_items": {
    summary: "Items that the model finds similar to one",
    query: QUERY.similar,
    answer: z.array(scoredItem),
    isList: true,
  },
  "GET /trained_model/:id/people": {
    summary: "Find people of the training data whose id holds a text",
    query: QUERY.people,
    answer: foundPeople,
  },
  "GET /trained_model/:id/history": {
    summary: "List the items that the training knows of a person",
    query: QUERY.history,
    answer: personHistory,
  },
  "POST /trained_model/:id/recommend_using_profile_interaction": {
    summary: "Recommend to somebody who likes these items",
    body: profileRequest,
    answer: profileResponse,
  },
  "GET /trained_model/:id/sample_recommendation_raw": {
    summary: "Recommend to a random user",
    query: QUERY.sample,
    answer: sampleResponse,
  },
  "GET /trained_model/:id/sample_recommendation_metadata/:metadataId": {
    summary: "The same, with the items' metadata",
    answer: sampleWithMetadataResponse,
  },
  ...describeResource({
    resource: deploymentSlots,
    answer: deploymentSlotResponse,
    body: deploymentSlotRequest,
    methods: ["create", "update", "delete"],
  }),
  ...describeResource({ resource: slotPeriods, answer: slotPeriodResponse, methods: [] }),
  "POST /trained_model/:id/deploy": {
    summary: "Serve this version; a live one stays live",
    body: deployRequest,
    answer: deploymentSlotResponse,
  },
  "GET /trained_model/:id/deployment_check": {
    summary: "Say what `if_better` would decide of this version now; nothing changes",
    query: { slot: { type: "integer", minimum: 1 } },
    answer: deploymentCheckResponse,
  },
  "POST /deployment_slot/:id/roll_back": {
    summary: "Serve the previous version again",
    body: rollBackRequest,
    answer: deploymentSlotResponse,
  },
  "GET /project/:id/serving": {
    summary: "Show which versions answer the project's requests now",
    answer: servingResponse,
  },
};
