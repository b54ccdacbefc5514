import { describe, expect, it } from "vitest";
import { FORM_HAD_NO_END_TEXT } from "#contract/ingestion.ts";
import { fileReadingOf } from "#services/files/file-readings.ts";
import { withNote } from "#trainer/reading/store-reading.ts";

describe("the report of a file", () => {
  const report = { rows: 2, warnings: ["other"] };

  it.each(["training_data", "item_meta_data"] as const)("of %s says that its form had no end", (kind) => {
    const reading = fileReadingOf(kind, null, { form_had_no_end: true });
    expect(withNote(report, reading)).toEqual({ rows: 2, warnings: [FORM_HAD_NO_END_TEXT, "other"] });
  });

  it.each([null, {}, { header: "yes" as const }])("does not mention it otherwise: %j", (settings) => {
    expect(withNote(report, fileReadingOf("training_data", null, settings))).toBe(report);
  });
});
