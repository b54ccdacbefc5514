import { createSignal, type JSX, onMount, Show } from "solid-js";
import type { ProjectRole } from "#contract/project-role.ts";
import { Button, IconButton } from "./button.tsx";
import type { IconName } from "./icon.tsx";
import { lazyPart } from "./lazy-part.tsx";

const ConfirmDialog = lazyPart(async () => (await import("./confirm-dialog.tsx")).ConfirmDialog);

interface ConfirmProps {
  /** Label of the button that opens the question. */
  trigger: string;
  triggerIcon?: IconName;
  /** The trigger shows only its icon. */
  compact?: boolean;
  title: string;
  children: JSX.Element;
  confirm: string;
  /** Look of the button that acts; `danger` unless the action can be undone. */
  look?: "danger" | "primary";
  /** The least role that may do this. */
  needs?: ProjectRole;
  onConfirm: () => Promise<unknown>;
}

/** Asks before an action that cannot be undone, runs it, and shows its failure. */
export function ConfirmButton(props: ConfirmProps): JSX.Element {
  const [isOpen, setOpen] = createSignal(false);
  const [busy, setBusy] = createSignal(false);
  const [error, setError] = createSignal<unknown>(null);

  const [isWanted, setWanted] = createSignal(false);
  const [opener, setOpener] = createSignal<Element | null>(null);
  onMount(ConfirmDialog.whenIdle);

  function open(): void {
    setOpener(document.activeElement);
    setError(null);
    setWanted(true);
    setOpen(true);
  }

  async function confirm(): Promise<void> {
    setBusy(true);
    setError(null);
    try {
      await props.onConfirm();
      setOpen(false);
    } catch (thrown) {
      setError(thrown);
    } finally {
      setBusy(false);
    }
  }

  return (
    <>
      <Show
        when={props.compact && props.triggerIcon}
        fallback={
          <Button look="secondary" needs={props.needs} onClick={open}>
            {props.trigger}
          </Button>
        }
      >
        {(icon) => <IconButton label={props.trigger} icon={icon()} needs={props.needs} onClick={open} />}
      </Show>
      <Show when={isWanted()}>
        <ConfirmDialog
          open={isOpen()}
          onOpenChange={setOpen}
          opener={opener()}
          title={props.title}
          confirm={props.confirm}
          look={props.look ?? "danger"}
          busy={busy()}
          error={error()}
          onConfirm={() => void confirm()}
        >
          {props.children}
        </ConfirmDialog>
      </Show>
    </>
  );
}
