/** What has to come out of the recipes that write. */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { join } from "@std/path";
import { KEY } from "../archives.ts";
import { ALPHA, BETA, type Check, GAMMA, iperf3, lines } from "./check.ts";

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
      const numbers = { source: ALPHA, destination: BETA };
      assertEquals(
        await fresh.pointsOf(numbers, "throughput"),
        await iperf3(old, BETA),
      );
      const query = { "tool-name": "powstream", source: ALPHA };
      const [copy, ...others] = await fresh.tests(query);
      assertEquals(others, []);
      const [test] = await old.tests({ ...query, destination: GAMMA });
      for (const name of ["ip-transport-protocol", "input-source"]) {
        assertEquals(copy[name], test[name]);
      }
      const [from, to] = [test["metadata-key"], copy["metadata-key"]];
      assertEquals(test["event-types"].length, 9);
      for (const each of test["event-types"]) {
        const { "event-type": type, summaries } = each;
        const series = summaries.map((summary: Record<string, string>) =>
          summary["uri"]!.split("/").slice(-2).join("/")
        );
        for (const one of ["base", ...series]) {
          assertEquals(
            await fresh.points(to, type, one),
            await old.points(from, type, one),
            `${type} ${one}`,
          );
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
