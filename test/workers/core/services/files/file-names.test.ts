import { describe, expect, it } from "vitest";
import { cleanFileName, contentDisposition, shownPath } from "#services/files/file-names.ts";

describe("cleanFileName", () => {
  it.each([
    ["../../etc/x.csv", "x.csv"],
    ["C:\\data\\x.csv", "x.csv"],
    ["données été 1.csv", "données_été_1.csv"],
    ['a"b;c\n.csv', "abc.csv"],
    ["My_Data-v2.csv", "My_Data-v2.csv"],
  ])("makes %j %s", (name, clean) => {
    expect(cleanFileName(name)).toBe(clean);
  });
});

it("shownPath puts seven characters before the suffixes", () => {
  expect(shownPath("folder", "ml.csv.gz", "ab-cd-12345678")).toBe("folder/ml_abcd123.csv.gz");
});

describe("contentDisposition", () => {
  it("cannot be broken out of, and names any alphabet", () => {
    expect(contentDisposition('a"; x="\r\n.csv')).toBe(
      "attachment; filename=\"a__ x=___.csv\"; filename*=UTF-8''a%22%3B%20x%3D%22%0D%0A.csv",
    );
    expect(contentDisposition("아이유.csv")).toBe(
      "attachment; filename=\"___.csv\"; filename*=UTF-8''%EC%95%84%EC%9D%B4%EC%9C%A0.csv",
    );
  });
});
