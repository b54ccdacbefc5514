const FORM = /^https?:\/\/(?:[a-z0-9-]+(?:\.[a-z0-9-]+)*|\[[0-9a-f:.]+\])(?::\d{1,5})?$/;
/** Browsers leave them out. */
const USUAL_PORT = /^(?:http:.*:80|https:.*:443)$/;

/** Whether a text is an origin as browsers send it: scheme, host and, where it is not the usual one, port; nothing behind. */
export function isOrigin(text: string): boolean {
  return FORM.test(text) && !USUAL_PORT.test(text);
}
