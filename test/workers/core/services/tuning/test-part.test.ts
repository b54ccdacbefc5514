import { expect, it } from "vitest";
import { testPartOf } from "#services/tuning/test-part.ts";
import { studySpec } from "../../jobs/study-fixture.ts";

it("is another one for a sample, for all data, and for other numbers of users", () => {
  const spec = studySpec();
  const parts = [
    testPartOf(spec, undefined),
    testPartOf(spec, { data: "sample", users: 400 }),
    testPartOf(spec, { data: "sample", users: 500 }),
    testPartOf(spec, { data: "all", users: 400 }),
    testPartOf(spec, { data: "all", users: 10_000 }),
  ];
  expect(new Set(parts).size).toBe(parts.length);
  expect(testPartOf(studySpec({ seed: 9 }), { data: "sample", users: 400 })).toBe(parts[1]);
  // As in releases that knew no sample.
  expect(parts[0]).toBe("715a1e58");
});
