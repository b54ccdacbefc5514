/** Vectors of embeddings: a JSON list of numbers, or float32 numbers (little-endian) in base64. */
import { listOf } from "./read-cell.ts";

/** The vector of a cell; null if it is none. It has at least one number, and all are finite. */
export function vectorOf(cell: unknown): Float32Array | null {
  const list = listOf(cell);
  const vector = list ? vectorOfList(list) : typeof cell === "string" ? vectorOfBase64(cell.trim()) : null;
  return vector && vector.length > 0 && vector.every(Number.isFinite) ? vector : null;
}

/** The vector of a cell at length 1; null if it is none, or only zeros. */
export function directionOf(cell: unknown): Float32Array | null {
  const vector = vectorOf(cell);
  const length = vector ? Math.sqrt(vector.reduce((sum, value) => sum + value * value, 0)) : 0;
  return vector && length > 0 ? vector.map((value) => value / length) : null;
}

function vectorOfList(list: readonly unknown[]): Float32Array | null {
  return list.every((part) => typeof part === "number") ? Float32Array.from(list as number[]) : null;
}

const BASE64 = /^[A-Za-z0-9+/_-]+={0,2}$/;
const DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/** Also the letters of URLs, and without padding. */
function vectorOfBase64(text: string): Float32Array | null {
  const digits = text.replace(/=+$/, "").replaceAll("-", "+").replaceAll("_", "/");
  const byteCount = Math.floor((digits.length * 3) / 4);
  if (!BASE64.test(text) || byteCount % 4 !== 0) return null;
  const view = new DataView(new ArrayBuffer(byteCount));
  let bits = 0;
  let bitCount = 0;
  let at = 0;
  for (const digit of digits) {
    bits = ((bits << 6) | DIGITS.indexOf(digit)) & 0xffff;
    bitCount += 6;
    if (bitCount < 8) continue;
    bitCount -= 8;
    view.setUint8(at++, (bits >> bitCount) & 0xff);
  }
  return Float32Array.from({ length: byteCount / 4 }, (_, index) => view.getFloat32(4 * index, true));
}
