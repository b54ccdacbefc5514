/** What failed, from a report that vitest wrote with its reporter `json`. */
import { relative } from "node:path";
import { ROOT } from "./build/root.ts";

export interface TestReport {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
  readonly testResults: readonly FileReport[];
}

interface FileReport {
  /** The path of the file. */
  readonly name: string;
  readonly status: string;
  /** Why the file itself failed, if it did. */
  readonly message: string;
  readonly assertionResults: readonly {
    readonly fullName: string;
    readonly status: string;
    readonly failureMessages?: readonly string[] | null;
  }[];
}

/** Lines of a message that are shown. */
const LINES_SHOWN = 20;

/** A paragraph for each failed test: its file, its name and its message. A file that failed as a whole has one, too. */
export function failuresOf({ testResults }: TestReport): string {
  return testResults
    .flatMap(({ name, status, message, assertionResults }) => {
      const file = relative(ROOT, name);
      const failed = assertionResults.filter((one) => one.status === "failed");
      if (failed.length === 0) return status === "failed" ? [`${file}\n${shortened(message)}`] : [];
      return failed.map(
        ({ fullName, failureMessages }) =>
          `${file} > ${fullName}\n${shortened((failureMessages ?? []).join("\n"))}`,
      );
    })
    .join("\n\n");
}

function shortened(message: string): string {
  return message.split("\n").slice(0, LINES_SHOWN).join("\n");
}
