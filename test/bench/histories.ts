/**
 * `node test/bench/histories.ts [--users 1000000 --each 100 --items 100000]`: what histories in blocks take, from one block of so large a
 * model: the size of a block, of all, and of the header; processor milliseconds to check a block and find a user in it, and to open the
 * header. No model of that size is made.
 */
import { createHash } from "node:crypto";
import { parseArgs } from "node:util";
import { isByRange } from "#engine/artifact/by-range.ts";
import { decodeHeader } from "#engine/artifact/decode-header.ts";
import { encodeHeader, placeSections } from "#engine/artifact/encode-artifact.ts";
import { DatasetBuilder } from "#engine/data/dataset-builder.ts";
import { historyBlockName, historyIn, historySections } from "#engine/data/history-blocks.ts";
import { createRandom } from "#engine/random.ts";

const BLOCKS = 2_048;
const LOOKUPS = 500;

const { values: options } = parseArgs({
  options: {
    users: { type: "string", default: "1000000" },
    each: { type: "string", default: "100" },
    items: { type: "string", default: "100000" },
  },
});
const [users, each, items] = [options.users, options.each, options.items].map(Number) as [
  number,
  number,
  number,
];
const usersOfBlock = Math.round(users / BLOCKS);

const cpuMs = () => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
};
const sha256 = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest();

const random = createRandom(1);
const builder = new DatasetBuilder({ hasTimes: false });
for (let user = 0; user < usersOfBlock; user++) {
  for (let n = 0; n < each; n++) {
    builder.add(`user-${user * BLOCKS}`, `i${random.below(items)}`, 1 + random.below(5), Number.NaN);
  }
}
const { dataset } = await builder.finish(async () => undefined);
const block = historySections(dataset, Number.MAX_SAFE_INTEGER).find(({ name }) => isByRange(name))
  ?.data as Uint8Array;
const ids = Array.from({ length: usersOfBlock }, (_, user) => `user-${user * BLOCKS}`);
for (const id of ids) historyIn(block, id, items);
const before = cpuMs();
for (let n = 0; n < LOOKUPS; n++) {
  sha256(block);
  if (!historyIn(block, ids[n % usersOfBlock] as string, items)) throw new Error("a user is missing");
}
const lookup = (cpuMs() - before) / LOOKUPS;

const described = Array.from({ length: BLOCKS }, (_, at) => ({
  ...{ name: historyBlockName(at), dtype: "u8" as const, length: block.length, bytes: block.length },
  sha256: "0".repeat(64),
}));
const signer = { keyId: "0".repeat(16), sign: async () => new Uint8Array(32) };
const header = await encodeHeader({ kind: "model", meta: {}, sections: placeSections(described) }, signer);
const opening = cpuMs();
await decodeHeader(header, { kind: "model", verifier: { verify: async () => true } });
const opened = cpuMs() - opening;
console.log(
  `${users} users with ${each} items each: ${((BLOCKS * block.length) / 1e6).toFixed(0)} MB in ${BLOCKS} blocks of ` +
    `${(block.length / 1e3).toFixed(0)} kB (${((8 * users * each) / 1e6).toFixed(0)} MB as a matrix), a header of ` +
    `${(header.length / 1e3).toFixed(0)} kB; ${lookup.toFixed(2)} ms to check a block and find a user, ${opened.toFixed(1)} to open the header`,
);
