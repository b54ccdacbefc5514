import { describe, expect, it } from "vitest";
import { FORM_HAD_NO_END_TEXT } from "#contract/ingestion.ts";
import { fileReadingOf } from "#services/files/file-readings.ts";
import { withNote } from "#trainer/consumers/ingest.ts";

describe("the report of a file", () => {
  const result = { report: { rows: 2, warnings: ["other"] }, validColumns: null };

  it.each(["training_data", "item_meta_data"] as const)("of %s says that its form had no end", (kind) => {
    const reading = fileReadingOf(kind, null, { form_had_no_end: true });
    expect(withNote(result, { reading })).toEqual({
      report: { rows: 2, warnings: [FORM_HAD_NO_END_TEXT, "other"] },
      validColumns: null,
    });
  });

  it.each([null, {}, { header: "yes" as const }])("says nothing of it otherwise: %j", (settings) => {
    expect(withNote(result, { reading: fileReadingOf("training_data", null, settings) })).toBe(result);
  });
});
