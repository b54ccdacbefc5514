import { postgresSourceRequest, postgresSourceResponse } from "#contract/postgres-source.ts";
import { postgresSources } from "#services/resources/postgres-source.ts";
import { type Descriptions, describeResource } from "./description.ts";

export const SOURCES: Descriptions = {
  ...describeResource({
    resource: postgresSources,
    answer: postgresSourceResponse,
    body: postgresSourceRequest,
    methods: ["create", "update", "delete"],
  }),
  "POST /postgres_source/:id/read": {
    summary: "Read what is new in the source now, as long as a call may take",
    answer: postgresSourceResponse,
  },
};
