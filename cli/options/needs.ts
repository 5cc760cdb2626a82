/**
 * The permissions that a command line needs.
 *
 * @module
 */

import { familyOf } from "../../client/ip_address.ts";
import type { Need } from "../io.ts";
import type { CommandName } from "../names.ts";
import { DEFAULT_PORTS } from "../tls/common.ts";
import { originValue } from "./by_origin.ts";
import { fileOf } from "./file_of.ts";
import {
  type AnyOptions,
  DEFAULTS,
  OPTIONS,
  READING,
  STDOUT,
  type TextName,
} from "./table.ts";
import { isAddress, isStandardInput, lockOf } from "./target.ts";

/** The options that name what is written, too. */
const WRITTEN: readonly string[] = [
  "output-directory",
  "output",
  "plots",
  "db",
  "to",
];

/** The options that name what is only read. */
const READ = new Set(
  OPTIONS.filter(({ long, completes, isByOrigin }) =>
    (completes === "file" || completes === "directory") &&
    !WRITTEN.includes(long) && long !== "url" && !isByOrigin
  ).map(({ long }) => long as TextName),
);

/** Those that may be given for each of several archives. */
const FILES_BY_ORIGIN = ["cacert", "client-cert", "client-key"] as const;

/**
 * What a command needs that was given these options.
 *
 * @param command The command.
 * @param options Its options.
 * @param env Gives a variable of the environment.
 * @returns Every host and path that is known beforehand. What cannot be
 * understood is left out: the command itself says why.
 */
export function needsOf(
  command: CommandName,
  options: AnyOptions,
  env: (name: string) => string | undefined,
): Need[] {
  return [
    // Which archives a file names is not known before it is read.
    ...(["mesh", "archives"] as const).some((name) =>
        options.text(name) !== undefined
      )
      ? [need("net")]
      : hostsOf(command, options).map((value) => need("net", value)),
    ...namesOf(command, options),
    ...readPaths(command, options, env).map((value) => need("read", value)),
    ...writtenPaths(command, options).flatMap((
      value,
    ) => [need("read", value), need("write", value)]),
    ...(command === "install-links" ? [need("read"), need("write")] : []),
  ];
}

function need(name: Need["name"], value?: string): Need {
  return value === undefined ? { name } : { name, value };
}

function hostsOf(command: CommandName, options: AnyOptions): string[] {
  if (command === "serve") {
    const host = options.text("host") ?? DEFAULTS.host;
    const port = Number(options.text("port") ?? DEFAULTS.port);
    const shown = host.includes(":") ? `[${host}]` : host;
    return [port > 0 ? `${shown}:${port}` : shown];
  }
  const isNamed = command !== "trust" || options.text("url") !== undefined;
  const word = isNamed ? undefined : options.words[0];
  const files = filesNamed(command, options);
  const urls = options.texts("url").filter((url) => !files.includes(url));
  const proxy = options.text("proxy")?.replace(/^(?!\w+:\/\/)/, "http://");
  const to = options.text("to");
  return [...urls, word, to, proxy].flatMap((each) => hostOf(each ?? ""));
}

/** The files that are read in the place of archives. */
function filesNamed(command: CommandName, options: AnyOptions): string[] {
  return isReading(command)
    ? options.texts("url").filter((url) => fileOf(url) !== undefined)
    : [];
}

function isReading(command: CommandName): boolean {
  return READING.some((each) => each === command);
}

/**
 * Who reads a file may look up names, as who reads an archive; without that
 * permission, addresses are shown.
 */
function namesOf(command: CommandName, options: AnyOptions): Need[] {
  if (filesNamed(command, options).length === 0) return [];
  const hosts = (["src", "dest", "agent"] as const)
    .flatMap((end) => options.texts(end));
  const hasNames = hosts.some((host) => familyOf(host) === undefined);
  return options.flag("ip") && !hasNames
    ? []
    : [{ name: "net", isOptional: true }];
}

function hostOf(text: string): string[] {
  const url = URL.parse(text);
  if (!url?.hostname) return [];
  return [`${url.hostname}:${url.port || (DEFAULT_PORTS[url.protocol] ?? 80)}`];
}

function readPaths(
  command: CommandName,
  options: AnyOptions,
  env: (name: string) => string | undefined,
): string[] {
  const mesh = options.text("mesh");
  const named = [
    ...[...READ].map((long) => options.text(long))
      .filter((path) => path !== mesh || !isAddress(path)),
    ...filesNamed(command, options),
    ...FILES_BY_ORIGIN.flatMap((long) => options.texts(long))
      .map((text) => originValue(text).value),
  ];
  const isPost = command === "post" || command === "post-metadata";
  const files = isPost
    ? options.words.filter((word) => !isStandardInput(word))
    : [];
  return [
    ...named,
    ...files,
    ...(isReading(command) && options.text("hosts") === undefined
      ? [env("ESMOND_HOSTS")]
      : []),
  ].flatMap((path) => path ? [path] : []);
}

function writtenPaths(command: CommandName, options: AnyOptions): string[] {
  if (command === "get-bulk") {
    const directory = options.text("output-directory");
    if (directory === STDOUT) return [];
    return [directory ?? DEFAULTS["output-directory"]];
  }
  const keys = command === "post-metadata" ? options.text("keys") : undefined;
  if (keys) return [keys, `${keys}.part`];
  const [output, plots] = [options.text("output"), options.text("plots")];
  if (output || plots) {
    return [
      ...output ? [output, `${output}.part`] : [],
      ...plots ? [plots] : [],
    ];
  }
  const to = options.text("to");
  if (to) return isAddress(to) ? [] : [to, lockOf(to)];
  const db = options.text("db");
  return db && db !== DEFAULTS.db ? [db] : [];
}
