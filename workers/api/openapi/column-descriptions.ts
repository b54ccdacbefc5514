import {
  columnsRequest,
  columnsResponse,
  interactionMapping,
  schemaVersionsResponse,
} from "#contract/column-schema.ts";
import { projectResponse } from "#contract/project.ts";
import type { Descriptions } from "./description.ts";

const side = (name: "item" | "user"): Descriptions => ({
  [`GET /project/:id/${name}_columns`]: {
    summary: `Show what models read of the columns of the ${name} table`,
    answer: columnsResponse,
  },
  [`PUT /project/:id/${name}_columns`]: {
    summary: `Correct the types of columns of the ${name} table`,
    body: columnsRequest,
    answer: columnsResponse,
  },
  [`GET /project/:id/${name}_columns/versions`]: {
    summary: `List the versions of the columns of the ${name} table`,
    answer: schemaVersionsResponse,
  },
});

export const COLUMNS: Descriptions = {
  ...side("item"),
  ...side("user"),
  "PUT /project/:id/interaction_columns": {
    summary: "Set the project's columns by AiREC's mapping of interactions",
    body: interactionMapping,
    answer: projectResponse,
  },
};
