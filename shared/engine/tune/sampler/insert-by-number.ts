import type { TrialRecord } from "../trial/trial.ts";

/** Inserts from the end: trials finish in about the order of their numbers. */
export function insertByNumber(records: TrialRecord[], record: TrialRecord): void {
  let at = records.length;
  while (at > 0 && (records[at - 1] as TrialRecord).number > record.number) at--;
  records.splice(at, 0, record);
}
