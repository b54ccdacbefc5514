import {
  type AccountResponse,
  accountRequest,
  accountUpdate,
  passwordChangeRequest,
  passwordResetRequest,
} from "#contract/user.ts";
import { getUser } from "#services/accounts/accounts.ts";
import {
  changePassword,
  createAccount,
  listUsers,
  resetPassword,
  updateAccount,
} from "#services/accounts/users.ts";
import { eraseOtherAccount } from "#services/erasure/account-deletion.ts";
import type { AccountRow } from "#services/resources/account.ts";
import { accountCodec } from "#services/resources/account.ts";
import { parseBody, parseChanges } from "../../middleware/body.ts";
import { type Endpoint, type Handler, idParam } from "../../middleware/endpoint.ts";
import { toDeletionResponse } from "../deletion/deletion-response.ts";
import type { RouteDeps } from "../route-deps.ts";

const toAccountResponse: (row: AccountRow) => AccountResponse = accountCodec.show;

export function userRoutes(endpoint: Endpoint, deps: RouteDeps): void {
  const setActive =
    (is_active: boolean): Handler =>
    async (c) => {
      const row = await updateAccount(deps, c.var.caller.account.id, idParam(c), { is_active });
      return c.json(toAccountResponse(row));
    };

  endpoint(
    "/users",
    {
      GET: async (c) => c.json((await listUsers(deps)).map(toAccountResponse)),
      POST: async (c) => {
        const row = await createAccount(deps, await parseBody(c, accountRequest));
        return c.json(toAccountResponse(row), 201);
      },
    },
    { access: "staff" },
  );
  endpoint(
    "/users/change_password",
    {
      POST: async (c) => {
        const request = await parseBody(c, passwordChangeRequest);
        const { account, session } = c.var.caller;
        const { old_password: oldPassword, new_password: newPassword } = request;
        await changePassword(deps, account, { oldPassword, newPassword, field: "new_password", session });
        return c.json({ detail: "Password changed successfully." });
      },
    },
    { access: "session", rate: "login" },
  );
  endpoint(
    "/users/:id",
    {
      GET: async (c) => c.json(toAccountResponse(await getUser(deps, idParam(c)))),
      PATCH: async (c) => {
        const id = idParam(c);
        const changes = await parseChanges(c, accountUpdate, "patch");
        const row = await updateAccount(deps, c.var.caller.account.id, id, changes);
        const { date_joined: _joined, last_login: _login, ...shown } = toAccountResponse(row);
        return c.json(shown);
      },
    },
    { access: "staff" },
  );
  endpoint("/users/:id/deactivate", { POST: setActive(false) }, { access: "staff" });
  endpoint(
    "/users/:id/erase",
    {
      POST: async (c) => {
        const erased = await eraseOtherAccount(deps, c.var.caller.account.id, idParam(c));
        return c.json(toDeletionResponse(erased), 202);
      },
    },
    { access: "staff" },
  );
  endpoint("/users/:id/activate", { POST: setActive(true) }, { access: "staff" });
  endpoint(
    "/users/:id/reset_password",
    {
      POST: async (c) => {
        const id = idParam(c);
        await resetPassword(deps, id, (await parseBody(c, passwordResetRequest)).new_password);
        return c.json({ detail: "Password has been reset." });
      },
    },
    { access: "staff" },
  );
}
