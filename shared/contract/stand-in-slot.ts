/** The slot id in answers of a project with ready models and no slot. */
export const STAND_IN_SLOT_ID = 0;
