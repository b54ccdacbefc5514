import { AlertDialog } from "@kobalte/core/alert-dialog";
import { createSignal, type JSX, Show } from "solid-js";
import { t } from "../words/words.ts";
import { Button, IconButton } from "./button.tsx";
import type { IconName } from "./icon.tsx";
import { ErrorNotice } from "./notice.tsx";

const PANEL =
  "fixed top-1/2 left-1/2 z-50 w-[min(26rem,calc(100vw-2rem))] -translate-x-1/2 -translate-y-1/2 rounded-lg " +
  "border border-line bg-surface p-5 shadow-overlay";

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
  onConfirm: () => Promise<unknown>;
}

/** Asks before an action that cannot be undone, runs it, and shows its failure. */
export function ConfirmButton(props: ConfirmProps): JSX.Element {
  const [isOpen, setOpen] = createSignal(false);
  const [busy, setBusy] = createSignal(false);
  const [error, setError] = createSignal<unknown>(null);

  let opener: Element | null = null;

  function open(): void {
    opener = document.activeElement;
    setError(null);
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
          <Button look="secondary" onClick={open}>
            {props.trigger}
          </Button>
        }
      >
        {(icon) => <IconButton label={props.trigger} icon={icon()} onClick={open} />}
      </Show>
      {/* Scrolling stays on: locking it would hide the scroll bar and move the page. */}
      <AlertDialog open={isOpen()} onOpenChange={setOpen} preventScroll={false}>
        <AlertDialog.Portal>
          <AlertDialog.Overlay class="fixed inset-0 z-40 bg-[rgb(8_11_13/0.45)]" />
          <AlertDialog.Content
            class={PANEL}
            onCloseAutoFocus={(event) => {
              event.preventDefault();
              if (opener instanceof HTMLElement) opener.focus();
            }}
          >
            <AlertDialog.Title class="text-lg font-semibold">{props.title}</AlertDialog.Title>
            <AlertDialog.Description class="mt-1.5 text-sm text-muted">
              {props.children}
            </AlertDialog.Description>
            <Show when={error()}>
              <div class="mt-3">
                <ErrorNotice title={t("components.failed")} error={error()} />
              </div>
            </Show>
            <div class="mt-5 flex justify-end gap-2">
              <Button onClick={() => setOpen(false)}>{t("components.keep")}</Button>
              <Button look={props.look ?? "danger"} busy={busy()} onClick={() => void confirm()}>
                {props.confirm}
              </Button>
            </div>
          </AlertDialog.Content>
        </AlertDialog.Portal>
      </AlertDialog>
    </>
  );
}
