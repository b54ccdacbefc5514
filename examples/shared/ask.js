/** What a page asks of Edgewise, and what a person can do when it refuses. */

/** The message says what to do. */
export class Refused extends Error {}

const ADVICE = {
  401: "The page sent no app key. Paste the key of an app under “Connection”.",
  403: "Edgewise does not know this app key. Paste the key of a registered app under “Connection”; it is shown once, when the app is registered.",
  404: "Check the project's number under “Connection”, and that its training has ended.",
  429: "That was too fast. Wait a minute and try again.",
};

/**
 * Ten items by a title, for a person, or for both, by an app's key.
 *
 * @param {{ airecUrl: string, apiKey: string }} settings
 * @param {{ project_id: number, item_title?: string, user_id?: string }} wanted
 * @returns {Promise<string[]>} Ids of items: whatever the customer called the column, it is the first of each row.
 */
export async function askForList({ airecUrl, apiKey }, wanted) {
  const body = await post(`${airecUrl}/api/recommend`, wanted, apiKey && { "x-api-key": apiKey });
  return body.recommendations.map((row) => Object.values(row)[0]);
}

/** Says that a visitor chose an item: the next list for this visitor follows it. */
export async function sendClick({ eventsUrl, browserKey }, visitor, itemId) {
  const event = { type: "click", user_id: visitor, item_id: itemId };
  await post(eventsUrl, event, await headersFor(visitor, browserKey));
}

/**
 * What comes next for a visitor, by the live events of this visitor.
 *
 * @returns {Promise<{ item_id: string, reasons?: { item_id: string }[] }[]>} With the visitor's items that led to each.
 */
export async function askForNext({ recommendUrl, browserKey }, visitor, limit) {
  const wanted = { user_id: visitor, limit, reasons: 2 };
  return (await post(recommendUrl, wanted, await headersFor(visitor, browserKey))).items;
}

/** The page's own server gives a token that holds for one person and some minutes. */
async function headersFor(visitor, browserKey) {
  const answer = await reach(`token?user_id=${encodeURIComponent(visitor)}`);
  const { token } = await answer.json();
  return { "X-API-Key": browserKey, "X-User-Token": token };
}

async function post(url, body, headers) {
  const answer = await reach(url, {
    method: "POST",
    headers: { "Content-Type": "application/json", ...headers },
    body: JSON.stringify(body),
  });
  return answer.json();
}

async function reach(url, init) {
  const answer = await fetch(url, init).catch(() => {
    throw new Refused(
      `Nothing answers at ${new URL(url, location.href).origin}. Is Edgewise running? Start it with “npm start”.`,
    );
  });
  if (answer.ok) return answer;
  const { error, details, detail } = await answer.json().catch(() => ({}));
  const reasons = [error, details, detail].filter((text) => typeof text === "string");
  const advice = ADVICE[answer.status] ?? "Try again in a moment.";
  throw new Refused(`${reasons.join(". ").replace(/\.$/, "")}. ${advice}`.replace(/^\. /, ""));
}
