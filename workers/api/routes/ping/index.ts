import type { Endpoint } from "../../middleware/endpoint.ts";

export function pingRoutes(endpoint: Endpoint): void {
  endpoint("/ping", { GET: (c) => c.json({ success: true }) }, { access: "public", rate: "free" });
}
