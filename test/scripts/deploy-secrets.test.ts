import { describe, expect, it } from "vitest";
import { planSecrets, withoutOptionalSecrets } from "#scripts/deploy-secrets.ts";

const drawn = () => "drawn";

describe("planSecrets", () => {
  it("draws a secret at the first deployment and leaves it alone afterwards", () => {
    expect(planSecrets({}, [], drawn).send).toEqual({ EDGEWISE_SECRET: "drawn" });
    expect(planSecrets({}, ["EDGEWISE_SECRET"], drawn)).toEqual({ send: {}, remove: [], warning: null });
  });

  it("sends the previous secrets with the new one, and takes them away when they are given empty", () => {
    const rotated = { EDGEWISE_SECRET: "new", EDGEWISE_PREVIOUS_SECRETS: "old" };
    expect(planSecrets(rotated, ["EDGEWISE_SECRET"], drawn)).toEqual({
      send: rotated,
      remove: [],
      warning: null,
    });
    const all = ["EDGEWISE_SECRET", "EDGEWISE_PREVIOUS_SECRETS"];
    expect(planSecrets({ EDGEWISE_PREVIOUS_SECRETS: "" }, all, drawn)).toEqual({
      send: {},
      remove: ["EDGEWISE_PREVIOUS_SECRETS"],
      warning: null,
    });
  });

  it("warns of a new secret without the old one", () => {
    expect(planSecrets({ EDGEWISE_SECRET: "new" }, ["EDGEWISE_SECRET"], drawn).warning).toContain("previous");
  });
});

it("does not ask an account for the secret that only a rotation needs", () => {
  const config = '[secrets]\nrequired = ["EDGEWISE_SECRET", "EDGEWISE_PREVIOUS_SECRETS"]\n';
  expect(withoutOptionalSecrets(config)).toBe('[secrets]\nrequired = ["EDGEWISE_SECRET"]\n');
});
