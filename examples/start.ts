/** `npm run examples`: prepares the pages on a running Edgewise, and serves them until it is stopped. */
import { parseArgs } from "node:util";
import { isEdgewise } from "#scripts/local-stack.ts";
import { PAGES, preparePages } from "./prepare.ts";
import { prepareQueue } from "./prepare-queue.ts";
import { createSite } from "./site.ts";

const { values } = parseArgs({
  options: {
    url: { type: "string", default: "http://localhost:8787" },
    port: { type: "string", default: "8790" },
  },
});
const url = values.url.replace(/\/$/, "");
const port = Number(values.port);
const origin = `http://localhost:${port}`;

if (await isEdgewise(url)) await start();
else {
  process.stderr.write(
    `No Edgewise answers at ${url}. Run npm start in another terminal, or name its address by --url.\n`,
  );
  process.exitCode = 2;
}

async function start(): Promise<void> {
  process.stdout.write("Making projects of films and music, and training them …\n");
  const prepared = { ...(await preparePages(url, origin)), queuerec: await prepareQueue(url, origin) };
  const site = createSite({ url, pages: () => prepared });
  site.once("error", (error: NodeJS.ErrnoException) => {
    const reason = error.code === "EADDRINUSE" ? "is taken. Name another one by --port" : error.message;
    process.stderr.write(`Port ${port} ${reason}.\n`);
    process.exitCode = 2;
  });
  site.listen(port, "localhost", () => {
    for (const name of [...PAGES, "queuerec"]) process.stdout.write(`${origin}/${name}/\n`);
  });
}
