import { useQuery, useQueryClient } from "@tanstack/solid-query";
import { type Accessor, createContext, createSignal, type JSX, type ParentProps, useContext } from "solid-js";
import type { UserResponse } from "#contract/auth.ts";
import { logout, SESSION_KEY, sessionQuery } from "../../api/auth.ts";
import { setSessionEndHandler } from "../../api/client.ts";

interface Session {
  /** Undefined while unknown, null when nobody is signed in. */
  readonly user: Accessor<UserResponse | null | undefined>;
  /** Why it is unknown: the server could not be asked. */
  readonly error: Accessor<Error | null>;
  readonly retry: () => void;
  /** True after signing out, false after an expiry: whoever leaves is not brought back to where they were. */
  readonly hasLeft: Accessor<boolean>;
  readonly begin: (user: UserResponse) => void;
  readonly end: () => Promise<void>;
}

const SessionContext = createContext<Session>();

export function SessionProvider(props: ParentProps): JSX.Element {
  const client = useQueryClient();
  const query = useQuery(() => sessionQuery());
  const [hasLeft, setLeft] = createSignal(false);

  function forget(): void {
    client.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== SESSION_KEY[0] });
    client.setQueryData(SESSION_KEY, null);
  }
  setSessionEndHandler(forget);

  const session: Session = {
    user: () => (query.isPending || query.isLoadingError ? undefined : query.data),
    error: () => (query.isLoadingError ? query.error : null),
    hasLeft,
    retry: () => void query.refetch(),
    begin: (user) => {
      setLeft(false);
      client.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== SESSION_KEY[0] });
      client.setQueryData(SESSION_KEY, user);
    },
    end: async () => {
      await logout();
      setLeft(true);
      forget();
    },
  };
  return <SessionContext.Provider value={session}>{props.children}</SessionContext.Provider>;
}

export function useSession(): Session {
  const session = useContext(SessionContext);
  if (!session) throw new Error("useSession is called outside SessionProvider");
  return session;
}
