import { describe, expect, it } from "vitest";
import { bodyOf, join, testApi } from "../../runtime/api.ts";

describe("OPTIONS", () => {
  it("describes the form of a resource, with what its choices mean", async () => {
    const ann = await join(testApi());
    const response = await ann.call("OPTIONS", "/split_config/");
    expect([response.status, response.headers.get("allow")]).toEqual([200, "GET, POST, HEAD, OPTIONS"]);
    expect(await bodyOf(response)).toMatchObject({
      name: "Split Config List",
      renders: ["application/json"],
      actions: {
        POST: {
          id: { type: "integer", required: false, read_only: true, label: "ID" },
          ins_datetime: { type: "datetime", read_only: true, label: "Ins datetime" },
          created_by: { type: "field", read_only: true },
          name: { type: "string", required: false, read_only: false, max_length: 256 },
          heldout_ratio: { type: "float", min_value: 0, max_value: 1 },
          random_seed: { type: "integer", min_value: -2_147_483_648, max_value: 2_147_483_647 },
          scheme: {
            type: "choice",
            choices: [
              { value: "RG", display_name: "Random" },
              { value: "TG", display_name: "Time Global" },
              { value: "TU", display_name: "Time User" },
            ],
          },
        },
      },
    });
  });

  it("tells what is required, and which fields name other rows", async () => {
    const ann = await join(testApi());
    const form = await bodyOf(await ann.call("OPTIONS", "/parameter_tuning_job/1/"));
    expect(form).toMatchObject({
      name: "Parameter Tuning Job Instance",
      actions: {
        PUT: { data: { type: "field", required: true }, n_trials: { type: "integer", required: false } },
      },
    });
  });

  it("describes a route without a body by its name, and shows nothing without access", async () => {
    const api = testApi();
    const ann = await join(api);
    expect(await bodyOf(await ann.call("OPTIONS", "/task_log/"))).not.toHaveProperty("actions");
    expect((await api.fetch("/api/v1/task_log/", { method: "OPTIONS" })).status).toBe(401);
  });
});
