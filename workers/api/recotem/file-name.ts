import { COMPRESSION_SUFFIXES, FILE_FORMATS, suffixesOf } from "#contract/file-name.ts";

const SUPPORTED_TEXT = `Supported file formats are ${FILE_FORMATS.map((format) => `.${format}`).join("/")} with gzip compression (.gz/.gzip).`;

/** The problem with the name of an uploaded file in Recotem's words, or null. Case matters, as in Recotem. */
export function checkName(name: string): string | null {
  const suffixes = suffixesOf(name);
  const last = suffixes.at(-1);
  if (last === undefined) return "Suffix like .csv or .json.gzip required.";
  if (suffixes.length > 2) return `Suffix ${last} not supported.`;
  if (suffixes.length === 2 && !COMPRESSION_SUFFIXES.includes(last)) {
    return "Only .gzip or .gz compression are supported.";
  }
  const suffix = suffixes[0] as string;
  if (FILE_FORMATS.some((format) => `.${format}` === suffix)) return null;
  return `${suffix} file not supported. ${SUPPORTED_TEXT}`;
}
