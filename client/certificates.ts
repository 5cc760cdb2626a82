/**
 * What platforms report about certificates, in plain words.
 *
 * @module
 */

/** Platform messages and their meaning; no two platforms agree. */
const PROBLEMS: [
  pattern: RegExp,
  words: (match: RegExpExecArray) => string,
][] = [
  [
    /certificate expired: .*\((\d+) seconds ago\)/,
    ([, ago]) => `it expired ${span(Number(ago))} ago`,
  ],
  [
    /invalid peer certificate: Expired|CERT_HAS_EXPIRED/,
    () => "it has expired",
  ],
  [
    /certificate not valid yet: .*\((\d+) seconds in future\)/,
    ([, until]) => `it is not valid before ${span(Number(until))} from now`,
  ],
  [
    /invalid peer certificate: NotValidYet|CERT_NOT_YET_VALID/,
    () => "it is not valid yet",
  ],
  [
    /not valid for any names/,
    () => "it names no host that it is for",
  ],
  [
    /not valid for name "([^"]*)"; certificate is only valid for (.*)/,
    ([, asked, names]) => `it is for ${hosts(names!)}, not for ${asked}`,
  ],
  [
    /NotValidForName|not valid for name|ERR_TLS_CERT_ALTNAME_INVALID/,
    () => "it is for another host name",
  ],
  [
    /CaUsedAsEndEntity|DEPTH_ZERO_SELF_SIGNED_CERT/,
    () => "it is self-signed",
  ],
  [
    /UnknownIssuer|SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_(VERIFY|GET)/,
    () => "it is self-signed, or from an authority that is not known here",
  ],
  [/extended key usage|InvalidPurpose/, () => "it is not meant for servers"],
  [/BadSignature/, () => "who shows it does not have its key"],
  [/Revoked|CERT_REVOKED/, () => "it was revoked"],
];

/**
 * What is wrong with a certificate, from the message of a platform; `undefined`
 * if the message is unknown.
 */
export function certificateProblem(text: string): string | undefined {
  for (const [pattern, words] of PROBLEMS) {
    const match = pattern.exec(text);
    if (match !== null) return words(match);
  }
  return undefined;
}

/**
 * The names in a message such as `DnsName("a.example") or
 * IpAddress(192.0.2.1)`.
 */
function hosts(text: string): string {
  const all = [...text.matchAll(/DnsName\("([^"]*)"\)|IpAddress\(([^()]*)\)/g)]
    .map(([, dns, ip]) => dns ?? ip);
  return firstOf(all) || "another host";
}

/** The first few names; a certificate may have hundreds. */
export function firstOf(names: readonly (string | undefined)[]): string {
  const rest = names.length - MOST_NAMES;
  return names.slice(0, MOST_NAMES).join(", ") +
    (rest > 0 ? ` and ${rest} more` : "");
}

const MOST_NAMES = 4;

const UNITS: [name: string, seconds: number][] = [
  ["day", 86_400],
  ["hour", 3600],
  ["minute", 60],
  ["second", 1],
];

/** A time span in words, in its largest whole unit. */
export function span(seconds: number): string {
  const [name, size] = UNITS.find(([, size]) => seconds >= size) ??
    UNITS.at(-1)!;
  const count = Math.floor(seconds / size);
  return `${count} ${name}${count === 1 ? "" : "s"}`;
}
