/** A file chosen before its project existed; handed over once, to the page that uploads it. */
const pendingFiles = new Map<number, File>();

export function keepPendingFile(projectId: number, file: File): void {
  pendingFiles.set(projectId, file);
}

export function takePendingFile(projectId: number): File | null {
  const file = pendingFiles.get(projectId) ?? null;
  pendingFiles.delete(projectId);
  return file;
}
