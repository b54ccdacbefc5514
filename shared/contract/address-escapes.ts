/**
 * A part of an address with its escapes decoded; null if one is broken: no two hexadecimal digits follow a percent sign, or the bytes
 * are no UTF-8. Routers leave such a part as it is, which would name something else.
 */
export function decodedPart(part: string): string | null {
  if (!part.includes("%")) return part;
  try {
    return decodeURIComponent(part);
  } catch (error) {
    if (error instanceof URIError) return null;
    throw error;
  }
}
