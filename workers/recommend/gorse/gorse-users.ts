/** Users of Gorse's addresses: their labels and comment are the user's properties. */
import * as z from "zod";
import { userPropertiesRequest } from "#contract/user-properties.ts";
import { jsonAnswer } from "../http/answer.ts";
import { cleanedId } from "../http/cleaned-id.ts";
import { parsePart } from "../http/validation.ts";
import { READ, WRITE } from "../routes/catalogue-key.ts";
import { readBody, type UserBody, userBody, userPatch } from "./gorse-body.ts";
import { callerOf, fieldsOf, type GorseHandler, idOf } from "./gorse-call.ts";
import { GorseError, notFound } from "./gorse-error.ts";
import { cursorOf, cursorText, pageOf } from "./gorse-query.ts";
import { labelsOf, propertiesOfLabels, replacedLabels } from "./labels.ts";

/** Users of one request: each is a call of an object. */
const MAX_USERS = 500;
const AT_ONCE = 50;

/** One user, or a list. */
export const putUsers: GorseHandler = async (c, { users }) => {
  const { projectId } = await callerOf(c, WRITE);
  const isList = /\/users\/?$/.test(c.req.path);
  const bodies = isList
    ? await readBody(c.req.raw, z.array(userBody), "[]data.User")
    : [await readBody(c.req.raw, userBody, "data.User")];
  if (bodies.length > MAX_USERS) {
    throw new GorseError(413, `A request has at most ${MAX_USERS} users, not ${bodies.length}`);
  }
  // All are checked before one is written.
  const writes = bodies.map(writeOf);
  for (let from = 0; from < writes.length; from += AT_ONCE) {
    const part = writes.slice(from, from + AT_ONCE);
    await Promise.all(part.map((write) => users.write(projectId, { kind: "replace", ...write })));
  }
  return jsonAnswer({ RowAffected: bodies.length });
};

function writeOf({ UserId, Labels, Comment }: UserBody) {
  const userId = cleanedId(UserId, ["body", "UserId"]);
  const given = { ...propertiesOfLabels(Labels), ...(Comment && { Comment }) };
  return { userId, ...parsePart(userPropertiesRequest, { properties: given }, "body", [userId]) };
}

export const getUser: GorseHandler = async (c, { users }) => {
  const { projectId } = await callerOf(c, READ);
  const userId = idOf(c, "user");
  const user = await users.find(projectId, userId);
  if (!user) throw notFound(userId, "user");
  return jsonAnswer(toUser(userId, user.properties));
};

export const patchUser: GorseHandler = async (c, { users }) => {
  const { projectId } = await callerOf(c, WRITE);
  const userId = idOf(c, "user");
  const { Labels, Comment } = await readBody(c.req.raw, userPatch, "data.UserPatch");
  const user = await users.find(projectId, userId);
  if (!user) throw notFound(userId, "user");
  const changes = {
    ...(Labels !== undefined && replacedLabels(user.properties, Labels)),
    ...(Comment !== undefined && { Comment: Comment || null }),
  };
  const { properties } = parsePart(userPropertiesRequest, { properties: changes }, "body");
  await users.write(projectId, { kind: "merge", userId, properties });
  return jsonAnswer({ RowAffected: 1 });
};

/** Also the events and the feedback of the user. */
export const deleteUser: GorseHandler = async (c, { events, feedback }) => {
  const { projectId } = await callerOf(c, ["write"]);
  const userId = idOf(c, "user");
  await events.eraseUser(projectId, userId);
  feedback.changed(projectId, [userId]);
  return jsonAnswer({ RowAffected: 1 });
};

/** Those of whom something was written, in the order of their ids. */
export const listUsers: GorseHandler = async (c, { feedback }) => {
  const { projectId } = await callerOf(c, READ);
  const fields = fieldsOf(c);
  const { limit } = pageOf(fields);
  const [after = ""] = cursorOf(fields, 1) ?? [];
  const found = await feedback.users(projectId, after, limit + 1);
  const rows = found.slice(0, limit);
  const Users = rows.map(({ userId, properties }) =>
    toUser(userId, JSON.parse(properties) as Record<string, unknown>),
  );
  const last = found.length > limit ? rows.at(-1) : undefined;
  return jsonAnswer({ Cursor: last ? cursorText([last.userId]) : "", Users });
};

function toUser(userId: string, properties: Readonly<Record<string, unknown>>) {
  return { UserId: userId, Labels: labelsOf(properties), Comment: properties.Comment ?? "" };
}
