import { describe, expect, it } from "vitest";
import { BadEnvironment } from "#platform/bad-environment.ts";
import { FLAG_TEXTS, parseFlag, requireFlag } from "#platform/flag.ts";

describe("a setting with two states", () => {
  it.each([
    ["true", true],
    ["1", true],
    ["false", false],
    ["0", false],
  ])("%s is %s, whatever the default is", (text, isOn) => {
    expect([parseFlag(text, true), parseFlag(text, false)]).toEqual([isOn, isOn]);
  });

  it.each([undefined, ""])("has its default when its text is %j", (text) => {
    expect([parseFlag(text, true), parseFlag(text, false)]).toEqual([true, false]);
  });

  it.each(["yes", "TRUE", "true ", "ture", "2"])("refuses %j, and the error names the setting", (text) => {
    const refused = () => requireFlag("EDGEWISE_ANY", text, false);
    expect(refused).toThrow(BadEnvironment);
    expect(refused).toThrow("EDGEWISE_ANY");
    expect(refused).not.toThrow(text);
  });

  it("takes each of the listed texts", () => {
    expect(FLAG_TEXTS.map((text) => parseFlag(text, false))).not.toContain(null);
  });
});
