import { accountErasureRequest } from "#contract/auth.ts";
import { deletionResponse, userErasureRequest } from "#contract/deletion.ts";
import { deletions } from "#services/resources/deletion.ts";
import { type Descriptions, describeResource } from "./description.ts";

export const DELETIONS: Descriptions = {
  ...describeResource({
    resource: deletions,
    answer: deletionResponse,
    methods: [],
  }),
  "POST /auth/user/erase": {
    summary: "Erase your account and all its data",
    body: accountErasureRequest,
    answer: deletionResponse,
    status: 202,
  },
  "POST /project/:id/erase_person": {
    summary: "Erase a user from a project's data and models",
    body: userErasureRequest,
    answer: deletionResponse,
    status: 202,
  },
  "POST /users/:id/erase": {
    summary: "Erase an account and all its data",
    answer: deletionResponse,
    status: 202,
  },
};
