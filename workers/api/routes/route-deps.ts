import type { Throttle } from "#services/access/rate-limits.ts";
import type { Tokens } from "#services/access/tokens.ts";
import type { ServiceDeps } from "#services/deps.ts";
import type { ApiDeps, Handshake, JobSocketKind } from "../composition/deps.ts";
import type { Dialect } from "../dialect/dialect.ts";
import type { ApiSettings } from "../env/env.ts";

/** The dependencies of routes: the services' effects, and the signer of tokens. */
export interface RouteDeps extends ServiceDeps {
  readonly outbound: ApiDeps["outbound"];
  readonly askJobProcesses?: ApiDeps["askJobProcesses"];
  readonly tokens: Tokens;
  readonly throttle: Throttle;
  readonly settings: ApiSettings;
  readonly dialect: Dialect;
  readonly logger: ApiDeps["logger"];
  readonly openJobSocket: (jobId: number, kind: JobSocketKind, handshake: Handshake) => Promise<Response>;
}
