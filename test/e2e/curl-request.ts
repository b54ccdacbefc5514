/** Reads a copied curl command like a shell; knows single quotes and continued lines only. */

export interface CurlRequest {
  readonly url: string;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export function parseCurl(command: string): CurlRequest {
  const [program, ...words] = shellWords(command);
  if (program !== "curl") throw new Error(`Not a curl command: ${command}`);
  const headers: Record<string, string> = {};
  let [url, method, body] = ["", "GET", ""];
  while (words.length > 0) {
    const word = words.shift() ?? "";
    if (word === "-X") method = words.shift() ?? "";
    else if (word === "-d") body = words.shift() ?? "";
    else if (word === "-H") {
      const [name = "", value = ""] = (words.shift() ?? "").split(/: (.*)/s);
      headers[name] = value;
    } else url = word;
  }
  return { url, method, headers, body };
}

function shellWords(command: string): string[] {
  const words = command.replaceAll("\\\n", " ").match(/(?:'[^']*'|\\.|[^\s'\\])+/g) ?? [];
  return words.map((word) => word.replaceAll(/'([^']*)'|\\(.)/gs, (_, quoted, escaped) => quoted ?? escaped));
}
