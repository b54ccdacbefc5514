/**
 * What a project's own database says, handed to the serving Worker, which has the event shards and the item shelves. It answers over a
 * service binding, so callers are already checked.
 */
export interface Intake {
  /** Takes events, each as `POST /v1/events` does. Rejects if they could not be stored: sending all again is safe. */
  events(projectId: number, events: readonly unknown[]): Promise<Taken>;
  /** Takes whole items, each as `PUT /v1/items/{id}` does. */
  items(projectId: number, items: readonly DescribedRow[]): Promise<Taken>;
  /** Takes whole users, each as `PUT /v1/users/{id}` does. */
  users(projectId: number, users: readonly DescribedRow[]): Promise<Taken>;
}

export interface DescribedRow {
  readonly id: string;
  readonly properties: Readonly<Record<string, unknown>>;
}

export interface Taken {
  readonly accepted: number;
  /** Known before. */
  readonly repeated: number;
  /** By position in the list, from 0. */
  readonly refused: readonly { readonly position: number; readonly reason: string }[];
}
