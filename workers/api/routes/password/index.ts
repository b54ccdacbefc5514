/** Password routes of the original's account library. */
import { passwordConfirmRequest, passwordMailRequest } from "#contract/user.ts";
import { changePassword } from "#services/accounts/users.ts";
import { AppError, fieldError } from "#services/app-error.ts";
import { parseBody } from "../../middleware/body.ts";
import type { Endpoint } from "../../middleware/endpoint.ts";
import type { RouteDeps } from "../route-deps.ts";

export function passwordRoutes(endpoint: Endpoint, deps: RouteDeps): void {
  endpoint(
    "/auth/password/change",
    {
      POST: async (c) => {
        const request = await parseBody(c, passwordConfirmRequest);
        if (request.new_password1 !== request.new_password2) {
          throw fieldError("new_password2", "The two password fields didn’t match.");
        }
        const { account, session } = c.var.caller;
        await changePassword(deps, account, {
          oldPassword: request.old_password,
          newPassword: request.new_password2,
          field: "new_password2",
          session,
        });
        return c.json({ detail: "New password has been saved." });
      },
    },
    { access: "session", rate: "login" },
  );
  endpoint(
    "/auth/password/reset",
    {
      POST: async (c) => {
        await parseBody(c, passwordMailRequest);
        throw new AppError(
          "bad_request",
          "This deployment sends no e-mail. Ask an administrator for a new password.",
        );
      },
    },
    { access: "public" },
  );
  // Without e-mail there are no reset tokens, so none is valid.
  endpoint(
    "/auth/password/reset/confirm",
    {
      POST: () => {
        throw fieldError("token", "Invalid value");
      },
    },
    { access: "public" },
  );
}
