import { checkFileName } from "#contract/file-name.ts";

/** The last part of a path, of any system: some browsers and tools send whole paths as names. */
export function lastPartOf(path: string): string {
  return path.slice(Math.max(path.lastIndexOf("/"), path.lastIndexOf("\\")) + 1);
}

/** The last part of a path, without characters that file systems refuse: the upload's name. */
export function cleanFileName(name: string): string {
  return lastPartOf(name)
    .trim()
    .replaceAll(" ", "_")
    .replace(/[^\p{L}\p{N}_.-]/gu, "")
    .replace(/^[_.-]+$/, "");
}

/** The problem with the clean name of an upload; null when there is none. */
export function checkUploadName(name: string): string | null {
  return name === "" ? "A file name needs a letter or a digit." : checkFileName(name);
}

/**
 * A stored file's path in Recotem's form: `folder/stem_ABC1234.csv.gz`, with the suffix from the first dot that is not in front.
 * The folder's odd spelling is Recotem's.
 */
export function shownPath(folder: string, basename: string, token: string): string {
  const [, stem = "", suffix = ""] = /^(\.*[^.]*)(.*)$/s.exec(basename) ?? [];
  return `${folder}/${stem}_${token.replace(/[^A-Za-z0-9]/g, "").slice(0, 7)}${suffix}`;
}

/** The header that makes a browser save an answer under a name. The plain form is for clients without UTF-8. */
export function contentDisposition(name: string): string {
  const plain = Array.from(name, (char) => (/[\x20-\x7e]/.test(char) && !/["\\;]/.test(char) ? char : "_"));
  const encoded = encodeURIComponent(name).replace(
    /['()*]/g,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `attachment; filename="${plain.join("")}"; filename*=UTF-8''${encoded}`;
}
