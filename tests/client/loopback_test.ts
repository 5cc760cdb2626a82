import { assertEquals } from "@std/assert";
import { isLoopback } from "../../client/loopback.ts";

Deno.test("isLoopback() knows the names and addresses of this machine, and no others", () => {
  const here = [
    ...["localhost", "LOCALHOST", "localhost.", "a.localhost"],
    ...["127.0.0.1", "127.1.2.3", "::1", "[::1]"],
  ];
  const elsewhere = [
    ...["localhost.example", "notlocalhost", "127.0.0.1.example", "127.0.0"],
    ...["1127.0.0.1", "::2", "::11", "0.0.0.0", "", "192.0.2.1"],
  ];
  assertEquals(here.filter((host) => !isLoopback(host)), []);
  assertEquals(elsewhere.filter(isLoopback), []);
});
