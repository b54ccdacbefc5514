/** What rules do to the scores of single items. */
export interface ItemRules {
  /** Items of the model that no rule removes. */
  readonly allowedCount: number;
  isAllowed(itemIndex: number): boolean;
  /** The score of an allowed item. */
  adjusted(itemIndex: number, score: number): number;
  /** No item with a score below this is lifted to `adjusted`, which is above 0. */
  leastScoreFor(adjusted: number): number;
}
