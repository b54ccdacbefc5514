import { createSignal, createUniqueId, type JSX } from "solid-js";
import type { ProjectRole } from "#contract/project-role.ts";
import { t } from "../words/words.ts";
import { Icon } from "./icon.tsx";
import { useRefusal } from "./role.tsx";

const ACCEPTED = ".csv,.tsv,.tab,.json,.ndjson,.jsonl,.gz,.gzip,.data,.dat,.txt";

/** A place to drop a file, and a button that opens the system's chooser. */
export function FileDrop(props: {
  label: string;
  hint?: string;
  /** The least role that may choose a file; others read why they may not. */
  needs?: ProjectRole;
  onFile: (file: File) => void;
}): JSX.Element {
  const refusal = useRefusal(() => props.needs);
  const id = createUniqueId();
  const [isOver, setOver] = createSignal(false);

  function take(files: FileList | null | undefined): void {
    const file = files?.[0];
    if (file && refusal() === null) props.onFile(file);
  }

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: dropping is a shortcut; the input inside does the same by keyboard.
    <div
      class="relative rounded-md border border-dashed border-edge px-4 py-7 text-center transition-colors focus-within:outline-2 focus-within:outline-offset-2 focus-within:outline-accent hover:bg-hover/50"
      classList={{ "bg-accent-soft border-accent": isOver() }}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        event.preventDefault();
        setOver(false);
        take(event.dataTransfer?.files);
      }}
    >
      <Icon name="upload" class="mx-auto size-5! text-muted" />
      <label for={id} class="mt-2 block cursor-pointer text-sm">
        <span class="font-medium text-accent-text">{props.label}</span>{" "}
        <span class="text-muted">{t("components.orDrop")}</span>
      </label>
      <p class="mt-1 text-xs text-faint">{refusal() ?? props.hint ?? t("components.acceptedFiles")}</p>
      <input
        id={id}
        type="file"
        accept={ACCEPTED}
        disabled={refusal() !== null}
        class="absolute inset-0 cursor-pointer opacity-0 disabled:cursor-not-allowed"
        onChange={(event) => {
          take(event.currentTarget.files);
          event.currentTarget.value = "";
        }}
      />
    </div>
  );
}
