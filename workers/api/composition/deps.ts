import type { Logger } from "#platform/json-logger.ts";
import type { ServiceDeps } from "#services/deps.ts";
import type { OutboundDeps } from "#services/webhooks/call-address.ts";
import type { RoutingStore } from "#storage/routing-store.ts";
import type { Dialect } from "../dialect/dialect.ts";
import type { ApiSettings } from "../env/env.ts";

export type JobSocketKind = "status" | "logs";

export interface Handshake {
  readonly request: Request;
  /** The socket closes when this session ends. */
  readonly session: string;
}

/** All effects of the API; built by the composition root. */
export interface ApiDeps extends ServiceDeps {
  /** The way to addresses that tenants chose. */
  readonly outbound: OutboundDeps;
  readonly routing: RoutingStore;
  /** Rejects while no process for jobs starts. Absent where the platform starts them. */
  readonly askJobProcesses?: () => Promise<void>;
  /** Keys for tokens are derived from it. */
  readonly secret: string;
  /** Signatures of these secrets are still accepted. */
  readonly previousSecrets: readonly string[];
  readonly settings: ApiSettings;
  /** The style of the API's answers. */
  readonly dialect: Dialect;
  readonly logger: Logger;
  /** Answers the handshake of a job's socket; the caller is already checked. */
  readonly openJobSocket: (jobId: number, kind: JobSocketKind, handshake: Handshake) => Promise<Response>;
}
