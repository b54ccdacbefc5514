/** Stands in the `irspack_version` field of Recotem's shapes (at most 16 characters): which engine made a model. */
export const ENGINE_VERSION = "edgewise-1";
