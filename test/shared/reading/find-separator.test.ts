import { describe, expect, it } from "vitest";
import { findSeparator } from "#reading/find-separator.ts";

const lines = (line: (at: number) => string, count = 30) =>
  Array.from({ length: count }, (_, at) => line(at)).join("\n");
const found = (text: string, usual: string | null = ",", wanted: string[] = ["1", "2"]) =>
  findSeparator(text, true, usual, wanted)?.separator ?? null;

describe("findSeparator", () => {
  it.each([
    ["semicolons, with decimal commas", lines((at) => `u${at};i${at % 7};${at % 5},5`), ";"],
    ["semicolons, with decimal commas in two columns", lines((at) => `u${at};0,5;${at},25`), ";"],
    ["tabs, with decimal commas", lines((at) => `u${at}\ti${at % 7}\t0,${at}`), "\t"],
    ["blanks, with decimal commas", lines((at) => `u${at} i${at % 7} 0,${at}`), " "],
    ["aligned columns", lines((at) => `  u${at}   ${at % 7 ? "i1" : "item"}  ${at}`), " "],
    ["two colons", lines((at) => `${at}::${at % 7}::4::17000000${at}`), "::"],
    ["two colons, with titles and bars", lines((at) => `${at}::Toys, ${at} (1995)::A|B|C`), "::"],
    ["bars", lines((at) => `u${at}|i${at % 7}|2024-01-05 10:00:00`), "|"],
    ["commas, with times of day", lines((at) => `u${at},i${at % 7},2024-01-05 10:00:00`), ","],
    ["commas, with lists in semicolons", lines((at) => `u${at},rock;pop;jazz`), ","],
    ["commas and blanks", lines((at) => `u${at}, i${at % 7}, 3`), ","],
    ["semicolons, with a list in commas", lines((at) => `u${at};i${at};a,b`), ";"],
    ["semicolons, with a title in two words", lines((at) => `${at};Lamp, red`), ";"],
    ["semicolons, with titles of any form", lines((at) => `${at};a${at % 3 ? ", b" : ""};3`), ";"],
    ["commas, with semicolons in a quoted cell", lines((at) => `u${at},i${at},"a;b"`), ","],
  ])("finds %s", (_name, text, separator) => expect(found(text)).toBe(separator));

  it("trusts a header with the wanted names more than counts", () => {
    expect(found("user;item,x\n1;2,3\n4;5,6", ",", ["user"])).toBe(";");
    expect(found("user item\n1 2", ",", ["user", "item"])).toBe(" ");
  });

  it("takes one that reaches the wanted positions", () => {
    expect(
      found(
        lines((at) => `u${at};i${at % 7};x,y`),
        ",",
        ["1", "3"],
      ),
    ).toBe(";");
  });

  it("lets the name of the file break a tie, and finds none in one column", () => {
    const tied = lines((at) => `${at}x\t${at}y,${at}z`);
    expect([found(tied, ",", []), found(tied, "\t", [])]).toEqual([",", "\t"]);
    expect(found("user:item\nu:i")).toBeNull();
  });

  it("says how it was found", () => {
    expect(findSeparator("a;b\nc;d\ne", true, ",", [])?.reason).toBe("2 of the first 3 lines have 2 columns");
  });
});
