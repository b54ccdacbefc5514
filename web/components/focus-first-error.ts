/**
 * Moves the focus to the first wrong field of a form, in the order of the page. If a wrong field already has the focus,
 * it stays there.
 */
export function focusFirstError(within: Element | null): void {
  const wrong = [...(within?.querySelectorAll<HTMLElement>('[aria-invalid="true"]') ?? [])];
  if (wrong.some((field) => field === document.activeElement)) return;
  wrong[0]?.focus();
}
