import { assertEquals } from "@std/assert";
import { tellApart, type Told } from "../../../cli/query/told_apart.ts";

const ARCHIVE = "http://ma.example.net/esmond/perfsonar/archive/";

function told(
  key: string,
  traits: Told["traits"] = {},
  tool = "t",
  archive = ARCHIVE,
): Told {
  const names = { source: "a", destination: "b", tool, metadata_key: key };
  return { names: { ...names, archive }, traits };
}

Deno.test("tellApart() says nothing of a test whose names are its own", () => {
  assertEquals(tellApart([told("k1", {}, "t1"), told("k2", {}, "t2")]), [
    "",
    "",
  ]);
});

Deno.test("tellApart() says in what tests with the same names differ, as people do", () => {
  const tcp = { "ip-transport-protocol": "tcp" };
  const udp = { "ip-transport-protocol": "udp", "bw-target-bandwidth": "2e9" };
  assertEquals(tellApart([told("k1", tcp), told("k2", udp)]), [
    "tcp",
    "udp, 2 Gbit/s",
  ]);
  const streams = (count: unknown) => ({ "bw-parallel-streams": count });
  assertEquals(tellApart([told("k1", streams("1")), told("k2", streams(4))]), [
    "1 stream",
    "4 streams",
  ]);
  assertEquals(tellApart([told("k1"), told("k2", streams(4))]), [
    "default",
    "4 streams",
  ]);
});

Deno.test("tellApart() names the archives of tests that nothing else tells apart", () => {
  const other = "https://other.example.net:8443/esmond/perfsonar/archive/";
  assertEquals(tellApart([told("k"), told("k", {}, "t", other)]), [
    "ma.example.net",
    "other.example.net:8443",
  ]);
  const files = ["a", "b"].map((name) =>
    told("k", {}, "t", `file:///data/${name}.db/esmond/perfsonar/archive/`)
  );
  assertEquals(tellApart(files), ["a.db", "b.db"]);
});

Deno.test("tellApart() shows as much of the keys as differs where nothing else does", () => {
  assertEquals(tellApart([told("0123456789a"), told("f123456789a")]), [
    "01234567",
    "f1234567",
  ]);
  assertEquals(tellApart([told("0123456789a"), told("0123456789b")]), [
    "0123456789a",
    "0123456789b",
  ]);
});
