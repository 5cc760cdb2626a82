/**
 * Why `fetch` failed, in words.
 *
 * @module
 */

import { certificateProblem } from "./certificates.ts";
import { oneLine } from "./text.ts";

/** The reason for a missing answer. */
export interface Reason {
  /** The reason in words. */
  reason: string;
  /** Whether another attempt may succeed. */
  transient: boolean;
  /** Whether the request may have reached the archive. */
  mayHaveArrived: boolean;
}

/**
 * Why `fetch` failed, in words; all that platforms have in common is a
 * TypeError.
 */
export function reasonOf(error: unknown): Reason {
  const texts: string[] = [];
  for (
    let at: unknown = error;
    at instanceof Error && texts.length < 8;
    at = at.cause
  ) {
    const code = (at as { code?: unknown }).code;
    texts.push(
      `${at.name} ${typeof code === "string" ? code : ""}`,
      at.message.slice(0, MOST_TEXT),
    );
  }
  const text = texts.join(" ").replace(
    /(from \S+ )?for (url )?\(?https?:\/\/\S+( \([^)]*\))?/g,
    "",
  );
  for (const [pattern, reason, properties] of REASONS) {
    if (!pattern.test(text)) continue;
    const problem = reason === CERTIFICATE &&
      (certificateProblem(text) ??
        /invalid peer certificate: ([^)"]+)/.exec(text)?.[1]?.trim());
    return {
      reason: problem ? `${reason}: ${oneLine(problem)}` : reason,
      transient: properties !== undefined,
      mayHaveArrived: properties === "may have arrived",
    };
  }
  return {
    reason: oneLine(
      (texts.at(-1) ?? String(error))
        .replace(/error sending request .*?: /, "")
        .replace(/^client error \(SendRequest\)/, "it does not speak HTTP"),
    ) || "the connection failed",
    transient: true,
    mayHaveArrived: true,
  };
}

/**
 * So many characters of a message are examined: the other side may have written
 * some, and the patterns are slow on long text.
 */
const MOST_TEXT = 10_000;

const CERTIFICATE = "its TLS certificate is not accepted";

const REASONS: [
  pattern: RegExp,
  reason: string,
  properties?: "transient" | "may have arrived",
][] = [
  // First, because it ends with names that the other side has chosen.
  [/invalid peer certificate/, CERTIFICATE],
  [
    /refused|ECONNREFUSED/i,
    "connection refused; is it running, and is the port right?",
    "transient",
  ],
  [
    /dns error|failed to lookup|ENOTFOUND|EAI_AGAIN|name or service/i,
    "its host name does not resolve",
  ],
  [
    /fatal alert: (\w*Certificate|UnknownCA|AccessDenied)/i,
    "it wants a client certificate, and not the one that it got, if it got one",
  ],
  [/corrupt message|WRONG_VERSION_NUMBER/i, "nothing there speaks TLS"],
  [
    /certificate|UnknownIssuer|self.signed|NotValidForName|CERT_/i,
    CERTIFICATE,
  ],
  [
    /proxy authentication required/i,
    "the proxy wants a user name and a password",
  ],
  [/unsuccessful tunnel/i, "the proxy does not connect to it"],
  [
    /Requires net access|NotCapable|PermissionDenied/i,
    "this program may not use the network there; run it with --allow-net for that host",
  ],
  [
    /port \d+ (is|are) blocked|bad port/i,
    "this platform blocks requests to that port",
  ],
  [
    /Z_DATA_ERROR|ZlibError|ERR__ERROR_FORMAT|BrotliDecompressionError/,
    "its answer cannot be decompressed",
    "may have arrived",
  ],
  [
    /HPE_INVALID_(CONSTANT|VERSION)|\(Expected HTTP\/|Malformed_HTTP|InvalidHTTP/,
    "it does not speak HTTP",
    "may have arrived",
  ],
  [
    /TypeError\s+(Failed to fetch|NetworkError when|Load failed)/,
    "the browser does not say why; is it running, and does it let pages from elsewhere read it (CORS)?",
    "may have arrived",
  ],
  [
    /unreachable|no route|EHOSTUNREACH|ENETUNREACH/i,
    "no route to its host",
    "transient",
  ],
  [
    /timed out|ETIMEDOUT|CONNECT_TIMEOUT|failed to respond/i,
    "its host does not answer",
    "may have arrived",
  ],
  [
    /reset|ECONNRESET|aborted by|broken pipe|closed|reading a body|network error|input stream|end of file|unexpected eof|incomplete|terminated/i,
    "the connection was cut off",
    "may have arrived",
  ],
  [/tls|handshake|ssl/i, "the TLS handshake failed"],
  [
    /gzip|brotli|deflate|decompress|corrupt deflate/i,
    "its answer cannot be decompressed",
    "may have arrived",
  ],
];
