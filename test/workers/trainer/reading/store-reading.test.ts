import { describe, expect, it } from "vitest";
import { FORM_HAD_NO_END_TEXT } from "#contract/ingestion.ts";
import type { ReadingSettings } from "#contract/reading.ts";
import type { Section } from "#engine/artifact/section.ts";
import { metadataOf } from "#engine/data/item-metadata.ts";
import { ItemLookup } from "#engine/serve/item-lookup.ts";
import { fileReadingOf } from "#services/files/file-readings.ts";
import { storeMetadata, withNote } from "#trainer/reading/store-reading.ts";

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

describe("a stored table", () => {
  const FILMS = "id,title,genre,plot\n1,Heat,Crime,night\n2,Up,Family,house\n3,Heat,Crime,joke\n";

  async function stored(about: "item" | "user", settings: ReadingSettings | null = null, text = FILMS) {
    let sections: readonly Section[] = [];
    const put = async (_key: string, content: { readonly sections: readonly Section[] }) => {
      sections = content.sections;
      return 1;
    };
    const bytes = (async function* () {
      yield new TextEncoder().encode(text);
    })();
    const file = {
      ...{ rowId: 1, projectId: 1, artifactKey: "key", content: { name: "films.csv", bytes } },
      columns: { user: "id", item: "id", time: null },
      reading: fileReadingOf(about === "item" ? "item_meta_data" : "user_meta_data", null, settings),
    };
    const work = { breathe: async () => undefined };
    await storeMetadata({ artifacts: { put } } as never, file, about, work as never);
    return ItemLookup.of(sections, metadataOf(sections));
  }

  it("of items has an index of its titles", async () => {
    expect((await stored("item"))?.titled("Heat")).toEqual(["1", "3"]);
  });

  it("of items is compared by the columns that its upload names", async () => {
    const lookup = { title: "plot", texts: ["genre"] };
    const found = await stored("item", { lookup });
    expect(found?.similarTo("night", 9).map(({ itemId }) => itemId)).toEqual(["3", "2"]);
  });

  it("of users has none, nor has one without titles", async () => {
    expect(await stored("user")).toBeNull();
    expect(await stored("item", null, "id,genre\n1,Crime\n")).toBeNull();
  });
});
