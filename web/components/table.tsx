import { For, type JSX } from "solid-js";

/** Class of cells that narrow screens leave out: those of a column with a `wide` head. */
export const WIDE = "max-sm:hidden";

/**
 * The names of the columns for the style `cards`, which writes them into the cells. Its rules count to twelve.
 * @returns Custom properties of the table: a CSS string for each column, `none` for one whose name is not shown.
 */
function columnNames(head: readonly { label: string; hidden?: boolean }[]): Record<string, string> {
  return Object.fromEntries(
    head.map(({ label, hidden }, at) => [`--column-${at + 1}`, hidden ? "none" : JSON.stringify(label)]),
  );
}

/** A table that scrolls inside its card on narrow screens, by keyboard too. On a phone each row is a card: the name of a column beside its value. */
export function Table(props: {
  caption: string;
  head: readonly { label: string; numeric?: boolean; hidden?: boolean; wide?: boolean }[];
  children: JSX.Element;
}): JSX.Element {
  return (
    <section class="scroll-hint relative overflow-x-auto" aria-label={props.caption} tabindex={0}>
      <table class="cards w-full text-sm" style={columnNames(props.head)}>
        <caption class="sr-only">{props.caption}</caption>
        <thead>
          <tr class="border-b border-line text-left">
            <For each={props.head}>
              {(column) => (
                <th
                  scope="col"
                  class={`px-4 py-2 text-xs font-medium whitespace-nowrap text-muted ${column.numeric ? "text-right" : ""} ${column.wide ? WIDE : ""}`}
                >
                  <span class={column.hidden ? "sr-only" : ""}>{column.label}</span>
                </th>
              )}
            </For>
          </tr>
        </thead>
        <tbody class="divide-y divide-line">{props.children}</tbody>
      </table>
    </section>
  );
}

export const CELL = "px-4 py-2.5 align-middle";
export const NUMBER_CELL = `${CELL} num text-right whitespace-nowrap`;
/** For long tables. */
export const DENSE_CELL = "px-4 py-1.5 align-middle";
export const DENSE_NUMBER_CELL = `${DENSE_CELL} num text-right whitespace-nowrap`;
