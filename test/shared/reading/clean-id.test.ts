import { describe, expect, it } from "vitest";
import { idProblem, idText } from "#reading/clean-id.ts";

describe("idText", () => {
  it.each([
    ["plain", "u-0", "u-0"],
    ["blanks around", "  u 0\t", "u 0"],
    ["a no-break space behind", "u0\u00a0", "u0"],
    ["other spaces around", "\u2003\u3000u0\u2009\u202f", "u0"],
    ["carriage returns behind", "u0\r\r", "u0"],
    ["zero bytes behind", "u0\0\0", "u0"],
    ["a byte order mark before and within", "\ufeffu\ufeff0", "u0"],
    ["zero-width space within", "u\u200b0", "u0"],
    ["marks of direction around and within", "\u200eu\u202a0\u202c\u200f", "u0"],
    ["isolates, word joiner, soft hyphen", "\u2066u\u20600\u00ad\u2069", "u0"],
    ["joiners beside ASCII", "u\u200d0\u200c", "u0"],
    ["a joined emoji as it is", "👩\u200d👧", "👩\u200d👧"],
    ["a Persian word as it is", "می\u200cخواهم", "می\u200cخواهم"],
    ["letters beyond ASCII", "ü2 日本", "ü2 日本"],
    ["a line feed within a quoted cell", "a\nb", "a\nb"],
    ["a number", 12, "12"],
    ["a word that only begins like one for nothing", "NAN-12", "NAN-12"],
    ["zero and dash", "0", "0"],
  ])("reads %s", (_name, cell, id) => expect(idText(cell)).toBe(id));

  it.each([
    ["nothing", "", "empty"],
    ["blanks", " \u00a0\u200b ", "empty"],
    ["a zero byte within", "u\0x", "control character"],
    ["a carriage return within", "u\rx", "control character"],
    ["an escape within", "u\u001b[0m", "control character"],
    ["too much", "x".repeat(1025), "too long"],
    ["null", null, "no text"],
    ["a list", ["u"], "no text"],
    ["not a number", Number.NaN, "no text"],
  ])("refuses %s", (_name, cell, problem) => {
    expect([idText(cell), idText(cell, true)]).toEqual([null, null]);
    expect(idProblem(cell)).toBe(problem);
  });

  it.each(["NA", "N/A", "NULL", "null", "\\N", "None", "nan", "NaN", "undefined", " NA ", "<NA>", "#N/A"])(
    "treats %s as no id, unless told to keep it",
    (word) => {
      expect(idText(word)).toBeNull();
      expect(idProblem(word)).toBe("missing word");
      expect(idText(word, true)).toBe(word.trim());
    },
  );
});
