/** Whether a page is accessible, by the rules of axe-core. */

import axe from "npm:axe-core@4.10.3";
import type { OpenPage } from "./chromium.ts";

/** What the rules find in a page, as text: the rule, and where. */
export async function violationsOf(page: OpenPage): Promise<string[]> {
  // The page itself lets nothing else run.
  await page.send("Page.setBypassCSP", { enabled: true });
  await page.evaluate(`${axe.source};0`);
  return await page.evaluate<string[]>(
    "axe.run().then(({ violations }) => violations.map(({ id, impact, nodes }) => `${impact}: ${id}: ${nodes[0].html}`))",
  );
}
