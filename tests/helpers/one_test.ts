/** An archive that has one test. */

import { ApiConnect, type Metadata } from "../../mod.ts";
import { json, withServer } from "../servers/serve.ts";
import { ROOT } from "./archive.ts";

/** The address of the base data of the test. */
export const BASE = `${ROOT}k/base`;

/**
 * Runs `use` with the one test, with these fields, of an archive that sends this
 * text as its data, and with the origin of that archive.
 */
export async function withTest<T>(
  fields: Record<string, unknown>,
  points: string,
  use: (md: Metadata, origin: string) => Promise<T>,
): Promise<T> {
  const test = {
    source: "192.0.2.10",
    destination: "192.0.2.20",
    "tool-name": "tool",
    ...fields,
  };
  return await withServer(
    (_request, { pathname }) => json(pathname === ROOT ? [test] : points),
    async (origin) => {
      for await (const md of new ApiConnect(origin).getMetadata()) {
        return await use(md, origin);
      }
      throw new Error("no test");
    },
  );
}
