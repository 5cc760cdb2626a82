import { assertEquals } from "@std/assert";
import { reasonOf } from "../../client/reasons.ts";

Deno.test("reasonOf() knows what each system says of a connection that failed", () => {
  const said: [text: string, reason: string][] = [
    ["Connection refused (os error 111)", "refused"],
    ["Connection refused (os error 61)", "refused"],
    [
      "No connection could be made because the target machine actively refused it. (os error 10061)",
      "refused",
    ],
    ["Connection reset by peer (os error 104)", "the connection was cut off"],
    [
      "An existing connection was forcibly closed by the remote host. (os error 10054)",
      "the connection was cut off",
    ],
    [
      "An established connection was aborted by the software in your host machine. (os error 10053)",
      "the connection was cut off",
    ],
    ["Operation timed out (os error 60)", "its host does not answer"],
    [
      "A connection attempt failed because the connected party did not properly respond after a period of time, " +
      "or established connection failed because connected host has failed to respond. (os error 10060)",
      "its host does not answer",
    ],
    ["No route to host (os error 113)", "no route to its host"],
    ["No route to host (os error 65)", "no route to its host"],
    [
      "A socket operation was attempted to an unreachable host. (os error 10065)",
      "no route to its host",
    ],
    [
      "dns error: No such host is known. (os error 11001)",
      "its host name does not resolve",
    ],
  ];
  for (const [text, expected] of said) {
    const { reason } = reasonOf(
      new TypeError(`client error (Connect): tcp connect error: ${text}`),
    );
    assertEquals(reason.includes(expected), true, `${text}: ${reason}`);
  }
});
