import { expect, it } from "vitest";
import { EVENT_TYPE_FORM, STORED_TYPE_FORM } from "#contract/event-type.ts";

it("a stored type is nearly any text of 64 characters", () => {
  const texts = ["view", "Like", "A b", "9lives", "a:b", "好评", "👍", "-", "ü".repeat(64), "👍".repeat(64)];
  expect(texts.filter((text) => !STORED_TYPE_FORM.test(text))).toEqual([]);
});

it("a stored type breaks no line, list or object", () => {
  const texts = [
    "",
    " a",
    "a ",
    "a\n",
    "a\u0000",
    "a\u007f",
    "a\u0085",
    "a\u2028",
    "a,b",
    "a=1",
    "__proto__",
  ];
  const halves = ["\ud800", "a\udfffb", "\udc00\ud800"];
  const long = ["x".repeat(65), "👍".repeat(65)];
  expect([...texts, ...halves, ...long].filter((text) => STORED_TYPE_FORM.test(text))).toEqual([]);
});

it("what `/v1/events` takes may be stored", () => {
  const texts = ["view", "a.b-c_d", "x9", "z".repeat(64), "View", "a b", "_a"];
  const taken = texts.filter((text) => EVENT_TYPE_FORM.test(text));
  expect(taken).toHaveLength(4);
  expect(taken.every((text) => STORED_TYPE_FORM.test(text))).toBe(true);
});
