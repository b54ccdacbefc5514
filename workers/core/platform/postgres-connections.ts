/** The databases that the operator of the deployment offers to projects, by name. */
import { DEFAULT_CONNECTION } from "#contract/postgres-source.ts";

/** What a Hyperdrive binding has. */
interface Connectable {
  readonly connectionString: string;
}

/** Address of each connection. */
export type Connections = ReadonlyMap<string, string>;

const ADDRESS_SETTING = "EDGEWISE_POSTGRES_URL";

/**
 * Every Hyperdrive binding is a connection by its name in lower case. The setting `EDGEWISE_POSTGRES_URL` is the connection `default`, for
 * laptops and for deployments without Hyperdrive.
 *
 * @param env The bindings of the Worker.
 */
export function connectionsOf(env: object): Connections {
  const connections = new Map<string, string>();
  for (const [name, binding] of Object.entries(env)) {
    if (isConnectable(binding)) connections.set(name.toLowerCase(), binding.connectionString);
  }
  const address = (env as Readonly<Record<string, unknown>>)[ADDRESS_SETTING];
  if (typeof address === "string" && address !== "") connections.set(DEFAULT_CONNECTION, address);
  return connections;
}

function isConnectable(binding: unknown): binding is Connectable {
  return (
    typeof binding === "object" &&
    binding !== null &&
    typeof (binding as Partial<Connectable>).connectionString === "string"
  );
}
