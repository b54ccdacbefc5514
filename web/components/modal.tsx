import { createEffect, type JSX, on, onCleanup, onMount, type ParentProps } from "solid-js";

/** Where a question stands: in the middle. */
export const MIDDLE = "m-auto max-h-[calc(100dvh-2rem)]";

/**
 * A modal dialog of the browser's own: it keeps the focus, lets nothing behind it be reached, and gives the focus back to where it was. The
 * page behind is there again in the moment it closes. It is open from its first moment unless `open` is false.
 * @param props.onClose Somebody leaves it by Escape, or by a click beside it. Without it, nobody can.
 * @param props.isAlert A question that must be answered: a click beside it does nothing.
 * @param props.returnTo Gets the focus on closing instead; null for none.
 */
export function Modal(
  props: ParentProps<{
    open?: boolean;
    onClose?: (() => void) | undefined;
    isAlert?: boolean;
    returnTo?: Element | null;
    labelledBy: string;
    describedBy?: string;
    class: string;
  }>,
): JSX.Element {
  let dialog: HTMLDialogElement | undefined;
  const close = (): void => {
    if (!dialog?.open) return;
    dialog.close();
    if (props.returnTo instanceof HTMLElement) props.returnTo.focus();
  };
  onMount(() =>
    createEffect(
      on(
        () => props.open !== false,
        (isOpen) => (isOpen ? dialog?.showModal() : close()),
      ),
    ),
  );
  onCleanup(close);
  return (
    <dialog
      ref={dialog}
      role={props.isAlert ? "alertdialog" : "dialog"}
      aria-labelledby={props.labelledBy}
      aria-describedby={props.describedBy}
      class={`fixed inset-0 overflow-auto border border-line bg-surface p-0 text-ink shadow-overlay outline-none backdrop:bg-[rgb(8_11_13/0.45)] ${props.class}`}
      onKeyDown={(event) => {
        if (event.key !== "Escape") return;
        // The owner closes it, by `open`: the browser's own closing would leave both in two minds.
        event.preventDefault();
        event.stopPropagation();
        props.onClose?.();
      }}
      onCancel={(event) => {
        event.preventDefault();
        props.onClose?.();
      }}
      // The dialog has no padding: a click on itself is one beside its content.
      onClick={(event) => {
        if (event.target === dialog && !props.isAlert) props.onClose?.();
      }}
    >
      {props.children}
    </dialog>
  );
}
