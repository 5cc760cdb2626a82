import { assertEquals, assertMatch } from "@std/assert";
import {
  differences,
  type ExportQuery,
  queryOf,
} from "../../../cli/export/export_query.ts";
import type { ExportSettings } from "../../../cli/export/settings.ts";
import { Hostnames } from "../../../cli/output/hostnames.ts";
import type { Search } from "../../../cli/query/selection.ts";
import { ApiConnect, ApiFilters } from "../../../mod.ts";
import { QUERY } from "./query.ts";

Deno.test("differences names every option in which two questions differ, and no other", () => {
  const others: [Partial<ExportQuery>, RegExp][] = [
    [
      { archive: "http://127.0.0.2/" },
      /^--url, --mesh, --includes or --archives$/,
    ],
    [{ filters: { "source": "192.0.2.1" } }, /^--src, .*--filter$/],
    [{ summaryType: null }, /^--summary-type$/],
    [{ summaryWindow: 0 }, /^--summary-window$/],
    [{ times: { ...QUERY.times, start: "-23h" } }, /--start-time/],
    [{ times: { ...QUERY.times, end: "now" } }, /--end-time/],
    [{ times: { ...QUERY.times, zone: "Europe/Berlin" } }, /--tz/],
    [{ times: { ...QUERY.times, filters: ["time:1"] } }, /--filter/],
    [{ sync: true }, /^--sync$/],
    [{ format: "json" }, /^--output-format$/],
    [{ gzip: true }, /^--gzip$/],
    [{ outputZone: "Europe/Berlin" }, /^--output-tz$/],
    [{ names: false }, /^--ip$/],
    [{ partition: "day" }, /^--partition$/],
  ];
  for (const [other, name] of others) {
    const found = differences(QUERY, { ...QUERY, ...other });
    assertEquals(found.length, 1, found.join());
    assertMatch(found[0]!, name);
  }
  assertEquals(
    new Set(others.flatMap(([other]) => Object.keys(other))),
    new Set(Object.keys(QUERY)),
    "one of each",
  );
  const all = Object.assign({}, QUERY, ...others.map(([other]) => other));
  assertEquals(differences(QUERY, all).length, Object.keys(QUERY).length);
});

Deno.test("differences takes a manifest that says nothing of formulas for one of before there was a choice", () => {
  const escaping = { ...QUERY, escapesFormulas: true } as const;
  assertEquals(differences(escaping, QUERY), ["--escape-formulas"]);
  assertEquals(differences(QUERY, escaping), ["--escape-formulas"]);
  assertEquals(differences(escaping, { ...escaping }), []);
});

Deno.test("differences looks at values, not at the order of what was asked for", () => {
  const { filters, times } = QUERY;
  const reversed = <T extends object>(value: T): T =>
    Object.fromEntries(Object.entries(value).toReversed()) as T;
  const other = reversed({
    ...QUERY,
    filters: reversed(filters),
    times: reversed(times),
  });
  assertEquals(differences(QUERY, other), []);
  // deno-lint-ignore no-explicit-any
  assertEquals(differences(QUERY, {} as any).length, Object.keys(QUERY).length);
});

Deno.test("queryOf has the values of an option that is repeated, in whichever order they are given", () => {
  const queryFor = (searches: Search[]) =>
    queryOf({
      connection: new ApiConnect(
        "http://127.0.0.1/",
        new ApiFilters({ source: "a" }),
      ),
      hostnames: new Hostnames({}),
      ...{ searches, added: [] },
    } as unknown as ExportSettings);
  const [both, turned, one] = [
    [{ "tool-name": "y" }, { "tool-name": "x" }],
    [{ "tool-name": "x" }, { "tool-name": "y" }],
    [{}],
  ].map((searches) => queryFor(searches as Search[]));
  assertEquals(both!.filters, { source: "a", "tool-name": ["x", "y"] });
  assertEquals(differences(both!, turned!), []);
  assertEquals(one!.filters, { source: "a" }); // as manifests had it before
  assertEquals(differences(both!, one!).length, 1);
});
