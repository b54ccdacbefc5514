import { createRoot, createSignal } from "solid-js";

/** The title of the open page, as its header and the browser's tab show it. */
const [pageTitle, setPageTitle] = createRoot(() => createSignal(""));

export { pageTitle };

/** Sets the title of the open page, here and in the browser's tab. */
export function showPageTitle(title: string): void {
  setPageTitle(title);
  document.title = `${title} · Edgewise`;
}
