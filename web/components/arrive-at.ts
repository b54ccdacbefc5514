let isFirstPage = true;

/**
 * After a change of page, the new heading gets the focus, so that a screen reader announces the page. Not on the first
 * page, which is read from its top anyway, and never from an input.
 */
export function arriveAt(heading: HTMLElement | undefined): void {
  const isTyping = document.activeElement?.matches("input, select, textarea") ?? false;
  if (!isFirstPage && !isTyping) heading?.focus({ preventScroll: true });
  isFirstPage = false;
}
