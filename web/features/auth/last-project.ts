/** Stores the project that the account opened last, on this device; the end of the session forgets it. */
const STORAGE_KEY = "edgewise.last-project";

export function readLastProject(): number | null {
  try {
    const id = Number(localStorage.getItem(STORAGE_KEY));
    return Number.isInteger(id) && id > 0 ? id : null;
  } catch {
    return null;
  }
}

export function writeLastProject(projectId: number | null): void {
  try {
    if (projectId === null) localStorage.removeItem(STORAGE_KEY);
    else localStorage.setItem(STORAGE_KEY, String(projectId));
  } catch {
    // Storage is blocked: start at the list of projects.
  }
}
