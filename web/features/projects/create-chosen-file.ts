import { createSignal } from "solid-js";
import { type HeadTable, type KnownFormat, readHeadTable } from "#reading/head-table.ts";
import { type FileOutcome, inspectFile } from "../data/inspect-file.ts";

/** The file for a new project, and what its beginning looks like under the settings of the form. */
export function createChosenFile(known: () => KnownFormat) {
  const [file, setFile] = createSignal<File | null>(null);
  const [found, setFound] = createSignal<FileOutcome | null>(null);
  const [table, setTable] = createSignal<HeadTable | null>(null);

  function show(outcome: FileOutcome | null): void {
    setFound(outcome);
    setTable(outcome && "table" in outcome ? outcome.table : null);
  }

  return {
    file,
    table,
    /** Why the file is refused. */
    problem: () => {
      const outcome = found();
      return outcome && "problem" in outcome ? outcome.problem : null;
    },
    /** Whether the beginning is being read. */
    isReading: () => file() !== null && found() === null,

    async choose(chosen: File): Promise<void> {
      setFile(chosen);
      show(null);
      const outcome = await inspectFile(chosen, known());
      if (file() === chosen) show(outcome);
    },

    drop(): void {
      setFile(null);
      show(null);
    },

    /** Reads the beginning again, after a setting has changed. */
    lookAgain(): void {
      const outcome = found();
      if (outcome === null || !("head" in outcome)) return;
      const again = readHeadTable(outcome.head, known());
      setTable("table" in again ? again.table : null);
    },

    /**
     * The separator to set, so that the platform reads the file as shown here. The platform also looks for the chosen
     * columns and may find another separator. Null where both find the same.
     */
    settledSeparator(columns: readonly string[]): string | null {
      const outcome = found();
      const shown = table();
      if (outcome === null || !("head" in outcome) || !shown || shown.separator === null) return null;
      const again = readHeadTable(outcome.head, known(), columns);
      return "table" in again && again.table.separator === shown.separator ? null : shown.separator;
    },
  };
}
