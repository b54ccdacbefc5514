import { createSignal, type JSX, Show } from "solid-js";
import type { ProjectResponse } from "#contract/project.ts";
import { Button } from "../components/button.tsx";
import { keyBody } from "./key-body.ts";
import { makeKey } from "./open-project.ts";

/** Fills in a new key of the open project: those that were made before are known to nobody but their owners. */
export function ProjectKey(props: { project: ProjectResponse; onKey: (key: string) => void }): JSX.Element {
  const [isBusy, setBusy] = createSignal(false);
  const [note, setNote] = createSignal("");

  async function fill(): Promise<void> {
    setBusy(true);
    try {
      props.onKey(await makeKey(keyBody(props.project.id, new Date())));
      setNote("The key works for a day. The page API keys of the project ends it sooner.");
    } catch (error) {
      setNote(error instanceof Error ? error.message : "The key was not made.");
    } finally {
      setBusy(false);
    }
  }

  return (
    <div class="flex flex-wrap items-center gap-x-3 gap-y-1">
      <Button icon="key" busy={isBusy()} onClick={() => void fill()}>
        Fill in a new key
      </Button>
      <p role="status" class="text-sm text-muted">
        <Show when={note()} fallback={`Calls are filled in for ${props.project.name}.`}>
          {note()}
        </Show>
      </p>
    </div>
  );
}
