import { expect, it } from "vitest";
import { toCsv } from "#web/components/plot/csv.ts";
import { rejectedTable } from "#web/features/data/rejected-table.ts";

it("is a line of CSV for each rejected row, with its line in the file", () => {
  const rejected = [
    { line: 7, reason: 'the rating is "n/a", not a number' },
    { line: 12, reason: "no user" },
  ];
  expect(toCsv(rejectedTable(rejected))).toBe(
    'Line,Reason\r\n7,"the rating is ""n/a"", not a number"\r\n12,no user\r\n',
  );
});
