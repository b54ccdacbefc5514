import { describe, expect, it } from "vitest";
import { toCsv } from "#web/components/plot/csv.ts";
import { scaleAround, shareOf, ticksOf, tickText } from "#web/components/plot/scale.ts";
import { keyAt, type Scene } from "#web/components/plot/scene.ts";
import { sceneToSvg } from "#web/components/plot/scene-svg.ts";

describe("ticksOf", () => {
  it.each([
    ["tenths", { low: 0, high: 1, isLog: false }, 5, [0, 0.2, 0.4, 0.6, 0.8, 1]],
    ["values inside the range alone", { low: 0.13, high: 0.31, isLog: false }, 4, [0.15, 0.2, 0.25, 0.3]],
    ["powers of ten", { low: 1e-4, high: 1, isLog: true }, 5, [1e-4, 1e-3, 1e-2, 0.1, 1]],
    ["the ends of a logarithmic range with one power", { low: 4, high: 30, isLog: true }, 4, [4, 30]],
    ["one value of an empty range", { low: 2, high: 2, isLog: false }, 4, [2]],
  ])("gives %s", (_, scale, about, ticks) => {
    expect(ticksOf(scale, about)).toEqual(ticks.map((tick) => expect.closeTo(tick, 12)));
  });
});

describe("scaleAround", () => {
  it("leaves room at both ends, also around one value and none", () => {
    expect(scaleAround([2, 4])).toEqual({ low: 1.9, high: 4.1, isLog: false });
    expect(scaleAround([0])).toEqual({ low: -1, high: 1, isLog: false });
    expect(scaleAround([])).toEqual({ low: 0, high: 1, isLog: false });
  });

  it("places values between its ends", () => {
    expect(shareOf({ low: 1, high: 100, isLog: true }, 10)).toBeCloseTo(0.5, 12);
    expect(shareOf({ low: 1, high: 3, isLog: false }, 2)).toBe(0.5);
  });
});

it("writes values beside an axis without false digits", () => {
  expect([0, 0.30000000000000004, 1e-5, 250_000, 1234.5678].map(tickText)).toEqual([
    "0",
    "0.3",
    "1e-5",
    "3e5",
    "1235",
  ]);
});

const SCENE: Scene = {
  width: 100,
  height: 50,
  marks: [
    { kind: "line", points: [0, 0, 100, 0], width: 1, colour: "line", key: 7 },
    { kind: "dot", x: 20, y: 20, radius: 3, colour: "ink", key: 1, isHollow: true },
    { kind: "bar", x: 50, y: 30, width: 20, height: 10, colour: "good", key: 2 },
    { kind: "label", x: 5, y: 40, text: 'a < "b" & c', anchor: "start", colour: "muted" },
  ],
};

describe("keyAt", () => {
  it.each([
    ["a dot", 24, 20, 1],
    ["inside a bar", 60, 35, 2],
    ["a line between its ends", 80, 4, 7],
    ["nothing near", 5, 40, null],
  ])("finds %s", (_, x, y, key) => {
    expect(keyAt(SCENE, x, y, 5)).toBe(key);
  });
});

describe("sceneToSvg", () => {
  it("writes each shape, with colours of the page and escaped texts", () => {
    const svg = sceneToSvg(SCENE, (token) => `var-${token}`, "Title & more");
    expect(svg).toContain("<title>Title &amp; more</title>");
    expect(svg).toContain('<polyline points="0 0 100 0" fill="none" stroke="var-line" stroke-width="1"/>');
    expect(svg).toContain(
      '<circle cx="20" cy="20" r="3" fill="var-surface" stroke="var-ink" stroke-width="1.5"/>',
    );
    expect(svg).toContain('<rect x="50" y="30" width="20" height="10" fill="var-good"/>');
    expect(svg).toContain(">a &lt; &quot;b&quot; &amp; c</text>");
  });
});

describe("toCsv", () => {
  it("quotes what a reader would cut, and leaves null empty", () => {
    const table = {
      head: ["a", "b,c"],
      rows: [
        [1, null],
        ['say "hi"', "line\nbreak"],
      ],
    };
    expect(toCsv(table)).toBe('a,"b,c"\r\n1,\r\n"say ""hi""","line\nbreak"\r\n');
  });

  it("lets no text run as a formula, and keeps negative numbers", () => {
    expect(toCsv({ head: ["x"], rows: [["=1+1"], [-2]] })).toBe("x\r\n'=1+1\r\n-2\r\n");
  });
});
