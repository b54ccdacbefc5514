import { readModel } from "../files/model-file.ts";
import { KEY_OPTIONS, modelKeysOf } from "../files/model-keys.ts";
import { parseOptions, required } from "../options/command-line.ts";
import { type Command, writeResult } from "../terminal/command.ts";
import { textTable } from "../terminal/text-table.ts";

const OPTIONS = {
  model: { type: "string", value: "FILE", help: "a model file written by train" },
  ...KEY_OPTIONS,
  json: { type: "boolean", help: "print one JSON object" },
} as const;

export const inspectCommand: Command = {
  name: "inspect",
  summary: "verify a model file and show its contents",
  usage: "--model FILE",
  options: OPTIONS,
  async run(args, io) {
    const values = parseOptions(args, OPTIONS);
    const path = required("model", values.model);
    const keys = modelKeysOf(io.env, values["unsigned-key"] ?? false);
    const { artifact, bytes } = await readModel(path, keys);
    const sections = artifact.sections.map(({ name, data }) => ({
      name,
      type: data.constructor.name,
      length: data.length,
      bytes: data.byteLength,
    }));
    const result = {
      model: path,
      kind: artifact.kind,
      bytes,
      key_id: keys.signer.keyId,
      meta: artifact.meta,
      sections,
    };
    writeResult(io, values.json ?? false, result, () =>
      [
        `${path}: ${artifact.kind}, ${bytes} bytes, signature and hashes are valid`,
        ...Object.entries(artifact.meta).map(([name, value]) => `  ${name}: ${asText(value)}`),
        textTable(
          sections.map(({ name, type, length, bytes: size }) => [
            `  ${name}`,
            `${type}[${length}]`,
            `${size} bytes`,
          ]),
        ),
      ].join("\n"),
    );
  },
};

function asText(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}
