/** The app of serving with people and posts, as the K-pop service's clients ask it. */
import { ITEMS_KEY, KEY, world } from "../serving-world.ts";

export async function kpopWorld(damaged: Readonly<Record<string, Error>> = {}) {
  const served = await world(damaged);
  const put = (path: string, properties: object) =>
    served.app.request(path, {
      method: "PUT",
      headers: { "X-API-Key": ITEMS_KEY, "Content-Type": "application/json" },
      body: JSON.stringify({ properties }),
    });
  await put("/v1/items/p1", {
    communityId: "red",
    tags: ["live"],
    view_count: 3,
    createdAt: "1969-12-20T10:00:00Z",
  });
  await put("/v1/items/p2", { communityId: "red", tags: ["live", "dance"], view_count: 9 });
  await put("/v1/items/p3", { communityId: "blue", tags: ["live"] });
  await put("/v1/users/kim", { role: "FAN", communities: ["red"] });
  await put("/v1/users/idol", { role: "IDOL" });
  const ask = async (
    path: string,
    headers: Record<string, string> = { "X-API-Key": KEY },
    method = "GET",
  ) => {
    const response = await served.app.request(`/kpop${path}`, { method, headers });
    return { status: response.status, body: await response.json(), allow: response.headers.get("Allow") };
  };
  return { ...served, ask, put };
}
