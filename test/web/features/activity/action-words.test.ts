import { expect, it } from "vitest";
import { describeAction } from "../../../../web/features/activity/action-words.ts";

it.each([
  ["POST /project", "created project 7"],
  ["POST /training_data", "uploaded data 7"],
  ["POST /item_meta_data", "uploaded item metadata 7"],
  ["PATCH /retraining_schedule/:id", "changed retraining schedule 7"],
  ["DELETE /training_data/:id", "deleted data 7"],
  ["POST /api_keys/:id/rotate", "gave another secret to API key 7"],
  ["POST /parameter_tuning_job/:id/pause", "paused tuning job 7"],
  ["DELETE /trained_model/:id/unlink_file", "deleted the file of model 7"],
  ["POST /project/:id/erase_person", "erased a person from project 7"],
  ["POST /retraining_schedule/:id/webhook_secret", "gave a webhook secret to retraining schedule 7"],
  ["POST /project_import", "imported project 7"],
  ["POST /trained_model/:id/deploy", "deployed model 7"],
  ["AUTO /trained_model/:id/withhold", "did not deploy model 7"],
  ["POST /deployment_slot/:id/roll_back", "rolled back slot 7"],
  ["AUTO /project/:id/sweep", "deleted leftovers of project 7"],
  ["DELETE /project/:id/members/:user", "removed account 7 from the project"],
  ["POST /invitation/accept", "joined the project as account 7"],
  ["POST /something/:id/new", "POST /something/:id/new, row 7"],
])("says %s as %s", (action, words) => {
  expect(describeAction(action, 7)).toBe(words);
});

it("calls a file by its name where that is known", () => {
  const fileName = (id: number) => (id === 7 ? "ratings.csv" : undefined);
  expect(describeAction("POST /training_data", 7, fileName)).toBe("uploaded ratings.csv");
  expect(describeAction("DELETE /training_data/:id", 8, fileName)).toBe("deleted data 8");
  expect(describeAction("DELETE /trained_model/:id", 7, fileName)).toBe("deleted model 7");
});
