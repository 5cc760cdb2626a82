import { assertEquals } from "@std/assert";
import { reasonOf } from "../../client/reasons.ts";

/** An error as a runtime throws it, with what it names as its cause. */
function thrown(message: string, cause?: [code: string, message: string]) {
  if (cause === undefined) return new TypeError(message);
  const [code, text] = cause;
  const inner = Object.assign(new Error(text), { code });
  return new TypeError(message, { cause: inner });
}

Deno.test("reasonOf() says the same in each runtime", () => {
  const said: Record<string, Error[]> = {
    "connection refused; is it running, and is the port right?": [
      thrown("fetch failed", ["ECONNREFUSED", "connect ECONNREFUSED"]),
      thrown("error sending request: Connection refused (os error 111)"),
      Object.assign(
        thrown("Unable to connect. Is the computer able to access the url?"),
        {
          code: "ConnectionRefused",
        },
      ),
    ],
    "the connection was cut off": [
      thrown("terminated", ["UND_ERR_SOCKET", "other side closed"]),
      thrown("error reading a body from connection: end of file"),
      thrown("network error"),
      thrown("Error in input stream"),
      Object.assign(
        thrown("The socket connection was closed unexpectedly."),
        { code: "ECONNRESET" },
      ),
    ],
    "its answer cannot be decompressed": [
      thrown("terminated", ["Z_DATA_ERROR", "incorrect header check"]),
      thrown("terminated", [
        "ERR__ERROR_FORMAT_PADDING_2",
        "Decompression failed",
      ]),
      thrown('ZlibError fetching "http://127.0.0.1/"'),
    ],
    "it does not speak HTTP": [
      thrown("fetch failed", [
        "HPE_INVALID_CONSTANT",
        "Response does not match the HTTP/1.1 protocol (Expected HTTP/)",
      ]),
      thrown('Malformed_HTTP_Response fetching "http://127.0.0.1/"'),
    ],
    "the browser does not say why; is it running, and does it let pages from elsewhere read it (CORS)?":
      [
        thrown("Failed to fetch"),
        thrown("NetworkError when attempting to fetch resource."),
        thrown("Load failed"),
      ],
  };
  for (const [reason, errors] of Object.entries(said)) {
    for (const error of errors) {
      assertEquals(reasonOf(error), {
        reason,
        transient: true,
        mayHaveArrived: !reason.includes("refused"),
      }, error.message);
    }
  }
});

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
