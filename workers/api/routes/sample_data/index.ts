import { contentDisposition } from "#services/files/file-names.ts";
import { sampleFile } from "#services/files/sample-data.ts";
import type { Endpoint } from "../../middleware/endpoint.ts";

/** One part of an answer; other requests are answered between parts. */
const PART_CHARS = 64 * 1024;

/** The generated files that somebody without data of their own tries things with. */
export function sampleDataRoutes(endpoint: Endpoint): void {
  endpoint("/sample_data/:name", {
    GET: (c) => {
      const name = c.req.param("name") ?? "";
      return c.body(streamOf(sampleFile(name)), 200, {
        "Content-Type": "text/csv; charset=utf-8",
        "Content-Disposition": contentDisposition(name),
      });
    },
  });
}

function streamOf(texts: Iterator<string>): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  return new ReadableStream({
    pull(controller) {
      let part = "";
      while (part.length < PART_CHARS) {
        const next = texts.next();
        if (next.done) {
          if (part !== "") controller.enqueue(encoder.encode(part));
          controller.close();
          return;
        }
        part += next.value;
      }
      controller.enqueue(encoder.encode(part));
    },
  });
}
