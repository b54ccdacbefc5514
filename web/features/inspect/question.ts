/** What the inspector's address asks for. Pure. */

export const MODES = ["person", "session", "item"] as const;
export type Mode = (typeof MODES)[number];

export interface Question {
  readonly mode: Mode;
  /** Empty: nobody is chosen. */
  readonly userId: string;
  /** Items of a session, in the order of their clicks. */
  readonly itemIds: readonly string[];
  /** The item whose neighbours are shown; empty: none. */
  readonly itemId: string;
  /** The model, and one beside it; null for the live one, and for none. */
  readonly modelId: number | null;
  readonly otherId: number | null;
}

export type Address = Readonly<
  Record<"mode" | "user" | "items" | "item" | "model" | "beside", string | undefined>
>;

/** Reads an address. Item ids are separated by commas, which are escaped in ids. */
export function questionOf(address: Partial<Address>): Question {
  return {
    mode: MODES.find((mode) => mode === address.mode) ?? "person",
    userId: address.user ?? "",
    itemIds: (address.items ?? "").split(",").filter(Boolean).map(unescaped),
    itemId: address.item ?? "",
    modelId: Number(address.model) || null,
    otherId: Number(address.beside) || null,
  };
}

/** The value of the address for the items of a session; undefined for none. */
export function itemsValue(itemIds: readonly string[]): string | undefined {
  return itemIds.length === 0
    ? undefined
    : itemIds.map((id) => id.replace(/[%,]/g, encodeURIComponent)).join(",");
}

function unescaped(text: string): string {
  return text.replaceAll("%2C", ",").replaceAll("%25", "%");
}

/** Whether there is enough to ask a model. */
export function isAsked({ mode, userId, itemIds, itemId }: Question): boolean {
  return mode === "person" ? userId !== "" : mode === "item" ? itemId !== "" : itemIds.length > 0;
}
