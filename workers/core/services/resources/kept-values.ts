/** Values that several tables keep in an archive in the same way. */
import type { EventDataSettings } from "#contract/event.ts";
import { MAX_REASON_LENGTH } from "#contract/limits.ts";
import { type ReadingRequest, type ReadingSettings, readingSettingsOf } from "#contract/reading.ts";

/** A reason, cut to the length that an archive allows. */
export function shortened(reason: string | null): string | null {
  return reason === null ? null : reason.slice(0, MAX_REASON_LENGTH);
}

type KeptSettings =
  | (ReadingRequest & {
      readonly form_had_no_end?: true | undefined;
      readonly id_column?: string | undefined;
      readonly events?: EventDataSettings | undefined;
      readonly counting?: ReadingSettings["counting"] | undefined;
      readonly lookup?: ReadingSettings["lookup"] | undefined;
    })
  | null
  | undefined;

/** How a file is read, from an archive. Older archives have none. */
export function fileSettings(kept: KeptSettings): ReadingSettings | null {
  const settings = readingSettingsOf(kept ?? {});
  const own: ReadingSettings = {
    ...(kept?.form_had_no_end && { form_had_no_end: true }),
    ...(kept?.id_column !== undefined && { id_column: kept.id_column }),
    ...(kept?.events && { events: kept.events }),
    ...(kept?.counting && { counting: kept.counting }),
    ...(kept?.lookup && { lookup: kept.lookup }),
  };
  return Object.keys(own).length === 0 ? settings : { ...settings, ...own };
}
