/** What has to come out of the recipes that write. */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { join } from "@std/path";
import { KEY } from "../archives.ts";
import { ALPHA, type Check, GAMMA, lines } from "./check.ts";

/** The checks, by the headings of the recipes. */
export const WRITING: Record<string, Check> = {
  "Posting measurements from a script": {
    input: `${KEY}\n`,
    async check({ directory, old }) {
      const { mode } = Deno.statSync(join(directory, "ma.key"));
      assertEquals(mode! & 0o777, 0o600);
      const [test] = await old.tests({ "tool-name": "my-probe" });
      const key = test["metadata-key"];
      assertEquals(
        Deno.readTextFileSync(join(directory, "test.txt")),
        `${key}\n`,
      );
      assertEquals(test["input-destination"], "ps.delta.example");
      const june = Date.UTC(2024, 5, 1) / 1000;
      assertEquals(await old.points(key, "throughput"), [
        { ts: june, val: 941000000 },
        { ts: june + 600, val: 938000000 },
      ]);
      assertEquals(await old.points(key, "packet-loss-rate"), [
        { ts: june, val: 0.005 },
        { ts: june + 300, val: 0 },
      ]);
      assertEquals(
        await old.points(key, "packet-loss-rate", "aggregations/3600"),
        [{ ts: june, val: 0.0025 }],
      );
    },
  },

  "Copying a test to another archive": {
    input: `${KEY}\n`,
    async check({ old, fresh }) {
      const query = { source: ALPHA, destination: GAMMA };
      const [tests, copies] = [
        await old.tests(query),
        await fresh.tests(query),
      ];
      const keysOf = (list: Record<string, string>[]) =>
        list.map((test) => test["metadata-key"]).sort();
      assertEquals(keysOf(copies), keysOf(tests));
      assert(tests.length > 2, `${tests.length}`);
      for (const test of tests) {
        const key = test["metadata-key"];
        const copy = copies.find((each) => each["metadata-key"] === key);
        for (const name of ["ip-transport-protocol", "input-source"]) {
          assertEquals(copy[name], test[name]);
        }
        for (const { "event-type": type, summaries } of test["event-types"]) {
          const series = summaries.map((summary: Record<string, string>) =>
            summary["uri"]!.split("/").slice(-2).join("/")
          );
          for (const one of ["base", ...series]) {
            assertEquals(
              await fresh.points(key, type, one),
              await old.points(key, type, one),
              `${type} ${one}`,
            );
          }
        }
      }
    },
  },

  "An archive to try things out": {
    check({ directory, ran: [ran] }) {
      const [header, row, key] = lines(ran!.stdout);
      assertMatch(header!, /^source,destination/);
      assertMatch(row!, /^[\w.:]+,/);
      assertMatch(key!, /^[0-9a-f]{32}$/);
      assert(Deno.statSync(join(directory, "try.db")).isFile);
      const url = Deno.readTextFileSync(join(directory, "address.txt")).trim();
      assertMatch(url, /^http:\/\/127\.0\.0\.1:\d+$/);
    },
  },
};
