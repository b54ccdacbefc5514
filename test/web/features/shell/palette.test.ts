import { describe, expect, it } from "vitest";
import { isMatch } from "#web/features/shell/command-match.ts";
import { isPaletteKey } from "#web/features/shell/palette-key.ts";

const key = (
  name: string,
  held: Partial<Record<"ctrlKey" | "metaKey" | "altKey" | "shiftKey", boolean>>,
) => ({
  ...{ key: name, ctrlKey: false, metaKey: false, altKey: false, shiftKey: false },
  ...held,
});

describe("the key of the command palette", () => {
  it("is Ctrl K or ⌘ K, with and without caps lock", () => {
    expect(isPaletteKey(key("k", { ctrlKey: true }))).toBe(true);
    expect(isPaletteKey(key("K", { metaKey: true }))).toBe(true);
  });

  it("is no other combination", () => {
    expect(isPaletteKey(key("k", {}))).toBe(false);
    expect(isPaletteKey(key("k", { ctrlKey: true, shiftKey: true }))).toBe(false);
    expect(isPaletteKey(key("k", { ctrlKey: true, metaKey: true }))).toBe(false);
    expect(isPaletteKey(key("j", { ctrlKey: true }))).toBe(false);
  });
});

describe("a command", () => {
  it("is found by words in any order and case", () => {
    expect(isMatch("New project", "project new")).toBe(true);
    expect(isMatch("API keys", "KEY")).toBe(true);
    expect(isMatch("Models", "")).toBe(true);
    expect(isMatch("チューニングを開始", "チューニング")).toBe(true);
  });

  it("is not found by a word that it lacks", () => {
    expect(isMatch("New project", "new model")).toBe(false);
  });
});
