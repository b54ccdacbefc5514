import { describe, expect, it } from "vitest";
import { findHeader } from "#reading/find-header.ts";

const cells = (text: string) => text.split("\n").map((line) => line.split(","));

describe("findHeader", () => {
  it.each([
    ["text over numbers", "who,what,stars\nann,lamp,3\nbob,tv,4"],
    ["text over dates", "who,what,day\nann,lamp,2024-01-05\nbob,tv,2024-02-01"],
    ["text over decimal commas", "who;stars\nann;3,5\nbob;4,0".replaceAll(",", ".").replaceAll(";", ",")],
    ["words over ids with digits", "who,what\nu0,i0\nu1,i5\nu2,i2"],
    ["usual names over words", "user_id,product\nann,lamp\nbob,tv"],
    ["columns counted from 0, over text", "0,1,2\nann,lamp,3\nbob,tv,4"],
    ["an index without a name", ",user,item\n0,ann,lamp\n1,bob,tv"],
    ["a header that is repeated, where files were joined", "user,item\nu0,i0\nuser,item\nu1,i1"],
    ["a name that two columns have, over numbers", "item,user,item\n0,u0,i0\n1,u1,i5"],
    ["usual names over nothing", "userId,itemId"],
    ["usual names of properties over nothing", "item,description"],
    ["a column with missing cells", "who,what,stars\nann,lamp,NA\nbob,tv,4"],
  ])("sees a header in %s", (_name, text) => {
    const [first = [], ...following] = cells(text);
    expect(findHeader(first, following)).toMatchObject({
      hasHeader: true,
      reason: expect.stringMatching(/\w/),
    });
  });

  it.each([
    ["counts that look like positions", "u0,i0,1\nu1,i5,4\nu2,i2,5"],
    ["numbers alone", "196,242,3\n186,302,3"],
    ["a counted first row among numbers", "1,2,3\n4,5,6"],
    ["a person without a number among numbers", "guest,12,5\n17,13,4\n18,12,3"],
    ["an id that occurs again", "user1,item1\nuser2,item2\nuser1,item3"],
    ["a missing value among numbers", "u0,i0,NA\nu1,i0,4\nu0,i2,5"],
    ["words over words", "ann,lamp\nbob,tv\ncid,mug"],
    ["one row", "u0,i0,3"],
    ["empty cells", ",,\nu0,i0,1"],
  ])("sees data in %s", (_name, text) => {
    const [first = [], ...following] = cells(text);
    expect(findHeader(first, following)).toMatchObject({
      hasHeader: false,
      reason: expect.stringMatching(/\w/),
    });
  });
});
