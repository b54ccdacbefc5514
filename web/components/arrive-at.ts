let isFirstPage = true;

/**
 * After going to another page, its heading has the focus, so that a screen reader says where one is. Not on the first page, which is
 * read from its top anyway, and never away from an input.
 */
export function arriveAt(heading: HTMLElement | undefined): void {
  const isTyping = document.activeElement?.matches("input, select, textarea") ?? false;
  if (!isFirstPage && !isTyping) heading?.focus({ preventScroll: true });
  isFirstPage = false;
}
