import { EngineError } from "../../engine-error.ts";
import type { ReadOptions } from "./source.ts";
import type { Table } from "./table.ts";
import type { TextBlock } from "./text-blocks.ts";

export function jsonTable(
  _name: string,
  _kind: "ndjson" | "records" | "columns",
  _blocks: AsyncIterable<TextBlock>,
  _options: ReadOptions,
): Table {
  throw new EngineError("UNSUPPORTED", "JSON is not read yet.");
}
