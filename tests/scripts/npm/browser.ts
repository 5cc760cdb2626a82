/** A page in a headless browser that uses an installed package. */

import { join } from "@std/path";
import { startProcess } from "../../helpers/process.ts";
import { withServer } from "../../servers/serve.ts";

/** The arguments of `everywhere()` after the library, and what it gives. */
export type Given = [
  origin: string,
  apiKey: string,
  faults: Record<string, string>,
];
export type Came = { told: string[]; failed: Record<string, string> };

/**
 * What `everywhere()` comes to in a page. The page's own server passes on what
 * is for the archive, which lets no page from elsewhere read it.
 *
 * @param browser The program.
 * @param project Where `node_modules` and `everywhere.js` are.
 * @param given The arguments of `everywhere()`, the first of which is where the
 * archive is.
 */
export async function inBrowser(
  browser: string,
  project: string,
  [archive, ...more]: Given,
): Promise<Came> {
  const told = Promise.withResolvers<string>();
  return await withServer(async (request, { pathname }) => {
    if (pathname === "/") {
      const headers = { "content-type": "text/html" };
      return new Response(pageOf(more), { headers });
    }
    if (pathname === "/told") {
      told.resolve(await request.text());
      return new Response();
    }
    if (pathname.startsWith("/esmond/")) return await passOn(request, archive);
    return await file(join(project, pathname));
  }, async (origin) => {
    const profile = await Deno.makeTempDir();
    const process = startProcess([
      browser,
      ...["--headless", "--no-sandbox", "--disable-gpu"],
      ...[`--user-data-dir=${profile}`, origin],
    ]);
    const end = process.ended.then(({ stderr }) => {
      throw new Error(`the browser ended: ${stderr}`);
    });
    try {
      return JSON.parse(await Promise.race([told.promise, end]));
    } finally {
      process.kill("SIGTERM");
      await end.catch(() => {});
      await Deno.remove(profile, { recursive: true });
    }
  });
}

function pageOf(more: unknown[]): string {
  const imports = { "@esmond/client": "/node_modules/@esmond/client/mod.js" };
  return `<!doctype html>
<script type="importmap">${JSON.stringify({ imports })}</script>
<script type="module">
  let told;
  try {
    const library = await import("@esmond/client");
    const { everywhere } = await import("/everywhere.js");
    const more = ${JSON.stringify(more)};
    told = await everywhere(library, location.origin, ...more);
  } catch (error) {
    told = String(error.stack);
  }
  await fetch("/told", { method: "POST", body: JSON.stringify(told) });
</script>`;
}

async function passOn(request: Request, archive: string): Promise<Response> {
  const { pathname, search } = new URL(request.url);
  const { method, headers } = request;
  const body = method === "GET" ? null : await request.arrayBuffer();
  const url = archive + pathname + search;
  return await fetch(url, { method, headers, body, redirect: "manual" });
}

async function file(path: string): Promise<Response> {
  try {
    const headers = { "content-type": "text/javascript" };
    return new Response(await Deno.readFile(path), { headers });
  } catch {
    return new Response(null, { status: 404 });
  }
}
