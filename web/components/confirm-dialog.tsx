import { AlertDialog } from "@kobalte/core/alert-dialog";
import { type JSX, type ParentProps, Show } from "solid-js";
import { t } from "../words/words.ts";
import { Button } from "./button.tsx";
import { ErrorNotice } from "./notice.tsx";

const PANEL =
  "fixed top-1/2 left-1/2 z-50 w-[min(26rem,calc(100vw-2rem))] -translate-x-1/2 -translate-y-1/2 rounded-lg " +
  "border border-line bg-surface p-5 shadow-overlay";

/** The question of a `ConfirmButton`. */
export function ConfirmDialog(
  props: ParentProps<{
    open: boolean;
    onOpenChange: (isOpen: boolean) => void;
    /** Gets the focus back. */
    opener: Element | null;
    title: string;
    confirm: string;
    look: "danger" | "primary";
    busy: boolean;
    error: unknown;
    onConfirm: () => void;
  }>,
): JSX.Element {
  return (
    // Scrolling stays on: locking it would hide the scroll bar and move the page.
    <AlertDialog open={props.open} onOpenChange={props.onOpenChange} preventScroll={false}>
      <AlertDialog.Portal>
        <AlertDialog.Overlay class="fixed inset-0 z-40 bg-[rgb(8_11_13/0.45)]" />
        <AlertDialog.Content
          class={PANEL}
          onCloseAutoFocus={(event) => {
            event.preventDefault();
            if (props.opener instanceof HTMLElement) props.opener.focus();
          }}
        >
          <AlertDialog.Title class="text-lg font-semibold">{props.title}</AlertDialog.Title>
          <AlertDialog.Description class="mt-1.5 text-sm text-muted">
            {props.children}
          </AlertDialog.Description>
          <Show when={props.error}>
            <div class="mt-3">
              <ErrorNotice title={t("components.failed")} error={props.error} />
            </div>
          </Show>
          <div class="mt-5 flex justify-end gap-2">
            <Button onClick={() => props.onOpenChange(false)}>{t("components.keep")}</Button>
            <Button look={props.look} busy={props.busy} onClick={() => props.onConfirm()}>
              {props.confirm}
            </Button>
          </div>
        </AlertDialog.Content>
      </AlertDialog.Portal>
    </AlertDialog>
  );
}
