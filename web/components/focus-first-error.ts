/**
 * Moves the focus to the first wrong field of a form, in the order of the page. A form that has the focus in a wrong field already is
 * left as it is.
 */
export function focusFirstError(within: Element | null): void {
  const wrong = [...(within?.querySelectorAll<HTMLElement>('[aria-invalid="true"]') ?? [])];
  if (wrong.some((field) => field === document.activeElement)) return;
  wrong[0]?.focus();
}
