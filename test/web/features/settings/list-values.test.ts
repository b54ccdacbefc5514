import { describe, expect, it } from "vitest";
import {
  checkListValues,
  type ListValues,
  toListValues,
} from "../../../../web/features/settings/list-values.ts";

const change = (changes: Partial<ListValues>, settings = {}) =>
  checkListValues({ ...toListValues(settings), ...changes }, settings);

describe("toListValues", () => {
  it("shows the defaults of a project without settings", () =>
    expect(toListValues({})).toEqual({
      exploration_rate: "5",
      impressions: "client",
      impression_rate: "100",
      replay_rate: "0",
    }));

  it("shows rates as percentages without the rests of floating point", () =>
    expect(toListValues({ exploration_rate: 0.07, impression_rate: 0.285 })).toMatchObject({
      exploration_rate: "7",
      impression_rate: "28.5",
    }));
});

describe("checkListValues", () => {
  it("sends nothing of what stays the same", () => {
    expect(change({})).toEqual({ changes: {} });
    expect(change({ exploration_rate: " 7.0 " }, { exploration_rate: 0.07 })).toEqual({ changes: {} });
  });

  it.each<[Partial<ListValues>, object]>([
    [{ exploration_rate: "0" }, { exploration_rate: 0 }],
    [{ exploration_rate: "0.5" }, { exploration_rate: 0.005 }],
    [{ exploration_rate: "100" }, { exploration_rate: 1 }],
    [{ impressions: "automatic" }, { impressions: "automatic" }],
    [{ replay_rate: "10" }, { replay_rate: 0.1 }],
    [
      { impressions: "automatic", impression_rate: "29" },
      { impressions: "automatic", impression_rate: 0.29 },
    ],
  ])("sends %o as %o", (changes, sent) => expect(change(changes)).toEqual({ changes: sent }));

  it("returns to the default where the project had another rate", () =>
    expect(change({ exploration_rate: "5" }, { exploration_rate: 0.2 })).toEqual({
      changes: { exploration_rate: 0.05 },
    }));

  it.each(["", "x", "-1", "100.1", "1e2", "5%", "0x5", "5,5"])(
    "refuses %j by the name of its field",
    (text) => {
      expect(change({ exploration_rate: text })).toMatchObject({
        problems: { exploration_rate: [expect.any(String)] },
      });
      expect(change({ impressions: "automatic", impression_rate: text })).toMatchObject({
        problems: { impression_rate: [expect.any(String)] },
      });
    },
  );

  it("does not check a rate whose field is not shown", () =>
    expect(change({ impressions: "client", impression_rate: "x" })).toEqual({ changes: {} }));
});
