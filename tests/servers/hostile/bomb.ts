/**
 * A library that meets a gzip bomb, in a process of its own, so that its memory
 * shows: `bomb.ts BYTES`.
 */

import { gzipSync } from "node:zlib";
import { ApiConnect } from "../../../mod.ts";
import { withRawServer } from "../raw.ts";

if (import.meta.main) {
  const zeros = new Uint8Array(Number(Deno.args[0]));
  const bomb = new Uint8Array(gzipSync(zeros));
  const reply = { headers: { "content-encoding": "gzip" }, body: bomb };
  await withRawServer(() => reply, async ({ origin }) => {
    let most = 0;
    const before = Deno.memoryUsage().rss;
    const timer = setInterval(() => {
      most = Math.max(most, Deno.memoryUsage().rss - before);
    }, 5);
    const options = { retries: 0, maxResponse: 8 << 20 };
    const conn = new ApiConnect(origin, undefined, options);
    const message = await Array.fromAsync(conn.getMetadata())
      .then(() => "no error", (error) => (error as Error).message);
    clearInterval(timer);
    console.log(JSON.stringify({ message, grown: most }));
  });
}
