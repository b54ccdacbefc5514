/**
 * Cuts a local stack's serving off from R2 and Durable Objects, as when they do not answer. The calls fail where serving makes them, so
 * what it says then is what it says in a deployment. Other Workers go on. KV stays: it is read from copies near the caller.
 */

export interface CuttableStores {
  readonly cut: () => void;
  readonly join: () => void;
}

type Method = (...given: unknown[]) => unknown;

const BUCKET_CALLS = ["get", "head", "list", "put", "delete"];

/**
 * The runtime gives each entrypoint bindings of its own, but all of a Worker have one prototype for each kind: the methods there are
 * changed.
 *
 * @param bucket Any binding of R2. @param namespace Any binding of Durable Objects.
 */
export function cuttableStores(bucket: object, namespace: object): CuttableStores {
  const buckets = Object.getPrototypeOf(bucket) as Record<string, Method>;
  const namespaces = Object.getPrototypeOf(namespace) as Record<string, Method>;
  const kept = new Map(BUCKET_CALLS.map((name) => [name, buckets[name] as Method]));
  const get = namespaces.get as Method;
  return {
    cut() {
      for (const name of BUCKET_CALLS) buckets[name] = refuse;
      // Names of objects cost no call; calls of the objects fail.
      namespaces.get = () => new Proxy({}, { get: () => refuse });
    },
    join() {
      for (const [name, method] of kept) buckets[name] = method;
      namespaces.get = get;
    },
  };
}

const refuse: Method = () => Promise.reject(new Error("The store is cut off."));
