import { expect, it } from "vitest";
import { EngineError } from "#engine/engine-error.ts";
import { Overloaded } from "#recommend/memory/byte-bounded-cache.ts";
import { answered } from "#recommend/preview-answer.ts";
import { refuseOverloaded } from "#services/preview.ts";
import { ArtifactMissing } from "#storage/artifact-store.ts";

const failing = (error: Error) => () => Promise.reject(error);

it.each([
  ["OVERLOADED", new Overloaded()],
  ["NO_ARTIFACT", new ArtifactMissing("models/1")],
  ["BAD_ARTIFACT", new EngineError("BAD_ARTIFACT", "cut off")],
])("%s crosses between Workers as a value", async (code, error) => {
  expect(await answered(failing(error))).toEqual({ ok: false, code, message: error.message });
});

it("a defect stays an error", async () => {
  await expect(answered(failing(new TypeError("defect")))).rejects.toThrow("defect");
});

it("what there is no room for at the moment is refused with the time to wait, and nothing else is", () => {
  const overloaded = { ok: false, code: "OVERLOADED", message: "Too much." } as const;
  expect(() => refuseOverloaded(overloaded)).toThrow(
    expect.objectContaining({ code: "unavailable", extra: { headers: { "Retry-After": "1" } } }),
  );
  refuseOverloaded({ ok: true, value: 1 });
  refuseOverloaded({ ok: false, code: "BAD_ARTIFACT", message: "cut off" });
});
