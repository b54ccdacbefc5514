import { describe, expect, it } from "vitest";
import { estimateUpload, type UploadFacts } from "#engine/scale/estimate/estimate-upload.ts";

const ISOLATE_FILE_BYTES = 500_000_000;
const ratings = (rows: number, more: Partial<UploadFacts> = {}) =>
  estimateUpload(
    { bytes: 24 * rows, rowBytes: 24, hasTimes: true, hasQuotes: false, dropsRows: false, ...more },
    ISOLATE_FILE_BYTES,
  );

describe("the estimate of an upload", () => {
  it("is one message while an isolate holds the rows, and many past that", () => {
    const [small, large] = [ratings(1e6), ratings(20e6)];
    expect(small).toMatchObject({
      rows: 1e6,
      byBlocks: false,
      messages: 1,
      reads: 2,
      writes: 1,
      reason: null,
    });
    expect(large).toMatchObject({ rows: 20e6, byBlocks: true, reason: null });
    expect(large.messages).toBeGreaterThan(50);
  });

  it("is linear: a million rows cost as much from 5 to 50 million, and no more in one isolate", () => {
    const perMillion = (field: "cpuSeconds" | "dollars", millions: number) =>
      ratings(1e6 * millions)[field] / millions;
    for (const field of ["cpuSeconds", "dollars"] as const) {
      const each = [5, 20, 50].map((millions) => perMillion(field, millions));
      expect(Math.max(...each) / Math.min(...each)).toBeLessThan(1.25);
      expect(perMillion(field, 1) / Math.max(...each)).toBeLessThan(1.25);
    }
  });

  it("counts what is read twice where rows show only late that they do not fit", () => {
    const known = ratings(8e6);
    const quoted = ratings(8e6, { hasQuotes: true });
    const dropping = ratings(5e6, { dropsRows: true });
    expect(quoted.messages).toBe(known.messages + 1);
    expect(quoted.cpuSeconds).toBeGreaterThan(known.cpuSeconds + 5);
    expect(dropping.messages).toBe(ratings(5e6).messages + 1);
  });

  it("is handed over by its content, and refuses what one worker cannot parse", () => {
    const few = ratings(1e6, { bytes: 600e6, rowBytes: 600 });
    expect(few).toMatchObject({ byBlocks: true, rows: 1e6 });
    const packed = ratings(1, { bytes: 5e9, isGzip: true, isOneRange: true });
    expect(packed.reason).toMatch(/send the file as plain CSV/);
  });
});
