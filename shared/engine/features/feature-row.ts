/** The properties of one item or user by column; null, "" and an absent column mean that nothing is known. */
export type FeatureRow = Readonly<Record<string, unknown>>;
