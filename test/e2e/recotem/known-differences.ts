/** Exchanges with Recotem that Edgewise answers otherwise, by group and name, and why. The guide has them for people. */
export const KNOWN_DIFFERENCES: Readonly<Record<string, string>> = {};
