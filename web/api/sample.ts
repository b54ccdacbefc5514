import { command, download } from "./client.ts";

/** Gives a project the sample's items, unless it has some, and then its interactions. */
export async function uploadSample(projectId: number, hasItems: boolean): Promise<void> {
  if (!hasItems) await pass(projectId, "items.csv", "item_meta_data/");
  await pass(projectId, "interactions.csv", "training_data/");
}

async function pass(projectId: number, name: string, path: string): Promise<void> {
  const form = new FormData();
  form.append("project", String(projectId));
  form.append("file", new File([await download(`sample_data/${name}/`)], name, { type: "text/csv" }));
  await command(path, { method: "POST", form });
}
