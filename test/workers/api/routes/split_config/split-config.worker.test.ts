import { describe, expect, it } from "vitest";
import { pageOf } from "#contract/primitives.ts";
import { splitConfigResponse } from "#contract/study-config.ts";
import { bodyOf, readAs, uniqueName } from "../../../runtime/api.ts";
import { annAndBob, post } from "../../../runtime/study.ts";

describe("split_config", () => {
  it("fills in the defaults, takes numbers as text, and keeps what an update leaves out", async () => {
    const { ann } = await annAndBob();
    const split = await readAs(
      splitConfigResponse,
      await ann.call("POST", "/split_config/", { heldout_ratio: "0.25" }),
      201,
    );
    expect(split).toMatchObject({
      name: null,
      scheme: "RG",
      heldout_ratio: 0.25,
      test_user_ratio: 1,
      random_seed: 42,
    });
    const put = await readAs(
      splitConfigResponse,
      await ann.call("PUT", `/split_config/${split.id}/`, { name: "n" }),
    );
    expect(put).toMatchObject({ name: "n", heldout_ratio: 0.25 });
  });

  it.each([
    [{ heldout_ratio: 1.1 }, { heldout_ratio: ["Ensure this value is less than or equal to 1.0."] }],
    [{ test_user_ratio: -0.1 }, { test_user_ratio: ["Ensure this value is greater than or equal to 0.0."] }],
    [{ scheme: "XX" }, { scheme: ['"XX" is not a valid choice.'] }],
    [{ random_seed: 2 ** 40 }, { random_seed: ["Ensure this value is less than or equal to 2147483647."] }],
  ])("refuses %j", async (body, errors) => {
    const { ann } = await annAndBob();
    const response = await ann.call("POST", "/split_config/", body);
    expect([response.status, await bodyOf(response)]).toEqual([400, errors]);
  });

  it("is its maker's alone, and filtered by name or the lack of one", async () => {
    const { ann, bob } = await annAndBob();
    const name = uniqueName("split");
    const id = await post(ann, "/split_config/", { name });
    await post(ann, "/split_config/", {});
    const list = async (query: string) =>
      (await readAs(pageOf(splitConfigResponse), await ann.call("GET", `/split_config/${query}`))).count;
    expect([await list(`?name=${name}`), await list("?unnamed=true"), await list("?unnamed=maybe")]).toEqual([
      1, 1, 2,
    ]);
    for (const method of ["GET", "PATCH", "DELETE"]) {
      const body = method === "PATCH" ? {} : undefined;
      expect((await bob.call(method, `/split_config/${id}/`, body)).status).toBe(404);
    }
    expect((await ann.call("DELETE", `/split_config/${id}/`)).status).toBe(204);
  });
});
