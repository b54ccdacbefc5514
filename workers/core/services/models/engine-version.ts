/** The value of `irspack_version` in Recotem's shapes (at most 16 characters): the engine that made a model. */
export const ENGINE_VERSION = "edgewise-1";
