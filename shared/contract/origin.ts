import * as z from "zod";
import { textList } from "./field.ts";

const FORM = /^https?:\/\/(?:[a-z0-9-]+(?:\.[a-z0-9-]+)*|\[[0-9a-f:.]+\])(?::[1-9]\d{0,4})?$/;
const asBrowsersWrite = z.url({ normalize: true });

/**
 * Whether a text is an origin as browsers send it: scheme, host and, if it is not the default, port; nothing after them. A text
 * that browsers write differently, such as `http://1.2`, or cannot read, such as a port that does not exist, never equals what
 * they send.
 */
export function isOrigin(text: string): boolean {
  return FORM.test(text) && asBrowsersWrite.safeParse(text).data === `${text}/`;
}

const MAX_ORIGINS = 100;

function originsProblem(origins: readonly string[]): string | null {
  const wrong = origins.find((origin) => !isOrigin(origin));
  return wrong === undefined ? null : `"${wrong}" is not an origin like https://shop.example.`;
}

/** A field with origins, without repeats. */
export const originList = () =>
  textList({ notAList: "Must be a JSON array of origins.", max: MAX_ORIGINS, check: originsProblem });
