/**
 * The template that `--mesh` names, with what it includes: from a file or an
 * address.
 *
 * @module
 */

import { EsmondError } from "../../client/errors.ts";
import { request } from "../../client/http.ts";
import { hostOf } from "../../insight.ts";
import { UsageError } from "../errors.ts";
import type { Io } from "../io.ts";
import type { ParsedOptions } from "../names.ts";
import { optionsOfOther } from "../options/by_origin.ts";
import { readInteger, readMaxResponse } from "../options/values.ts";
import { openTransport } from "../tls/transport.ts";
import { Doubts } from "./doubts.ts";
import {
  type ExpectedTest,
  expectedTests,
  namesInOrder,
  type Place,
} from "./expected.ts";
import { Aliases, type NameService } from "./aliases.ts";
import { MeshTemplate } from "./mesh_template.ts";
import { merged, readTemplate, type Template } from "./template.ts";

/** The options that a template is read by. */
export type TemplateOptions = Pick<
  ParsedOptions<
    | ("mesh" | "archives" | "timeout" | "retry" | "max-response")
    | ("proxy" | "cacert" | "client-cert" | "client-key"),
    | (Narrowing | "url")
    | ("pin" | "cacert" | "client-cert" | "client-key"),
    "includes" | "insecure"
  >,
  "text" | "texts" | "flag"
>;

/** The options that choose tests, besides source and destination. */
const NARROWING = ["agent", "event-type", "tool", "filter"] as const;

type Narrowing = (typeof NARROWING)[number] | "src" | "dest";

/**
 * Reads the template of `--mesh`, if it is given.
 *
 * @param hostnames Who knows the addresses of names, unless they are not to be
 * looked up.
 * @throws {UsageError} for what is not a template, and for one without tests.
 * @throws {ArchiveError} (one of its kinds) when an address does not give one.
 */
export async function loadTemplate(
  options: TemplateOptions,
  io: Pick<Io, "note" | "env" | "hide" | "signal">,
  hostnames: NameService & { keepsAddresses: boolean },
): Promise<MeshTemplate | undefined> {
  const from = options.text("mesh");
  if (from === undefined) {
    if (!options.flag("includes")) return undefined;
    throw new UsageError("--includes is for --mesh: give that, too");
  }
  if (from === "") {
    throw new UsageError("--mesh is empty: name a template, or its address");
  }
  const doubts = new Doubts(from, io);
  const { template, origins } = await readAll(from, options, doubts, io);
  const all = expectedTests(template, doubts.take);
  // Other archives may have any of them.
  const isElsewhere = options.texts("url").length > 0 ||
    options.text("archives") !== undefined;
  const tests = isElsewhere
    ? all
    : all.filter(({ archives }) => archives.length > 0);
  if (tests.length === 0) {
    throw new UsageError(`--mesh: ${from} ${whyNone(template, all, doubts)}`);
  }
  doubts.tell();
  if (tests.length < all.length) {
    io.note(
      `--mesh: ${from}: ${
        all.length - tests.length
      } of ${all.length} tests have no archive that can be read, and are left out`,
    );
  }
  return new MeshTemplate(tests, {
    names: namesInOrder(template),
    origins,
    isAsked: askedFor(options),
    aliases: hostnames.keepsAddresses
      ? undefined
      : new Aliases(hostnames, (line) => io.note(line)),
  });
}

/**
 * Whether a test of a template is asked for. What cannot be told is not: it
 * would be absent only because it was not looked for.
 */
function askedFor(options: TemplateOptions): (test: ExpectedTest) => boolean {
  if (NARROWING.some((name) => options.texts(name).length > 0)) {
    return () => false;
  }
  const hosts = (end: "src" | "dest") =>
    options.texts(end).filter(Boolean)
      .map((host) => hostOf(undefined, host));
  const [sources, destinations] = [hosts("src"), hosts("dest")];
  const isOne = (among: readonly unknown[], place: Place | undefined) =>
    among.length === 0 || among.includes(hostOf(undefined, place?.address));
  return ({ source, destination }) =>
    isOne(sources, source) && isOne(destinations, destination);
}

/** Why a template has no test that could be looked for. */
function whyNone(
  { tasks }: Template,
  tests: readonly ExpectedTest[],
  { first }: Doubts,
): string {
  const why = first === undefined ? "" : `: ${first}`;
  if (tasks.size === 0) return "has no tasks, so that nothing is expected";
  if (tests.length > 0) return `names no archive that can be read${why}`;
  return `comes to no test${
    why ||
    ": its tasks are disabled, or their groups have fewer than two hosts"
  }`;
}

/** The most templates that are read, so that includes have an end. */
const MOST_TEMPLATES = 100;

/** Reads a template and, if they are to be followed, its includes, each once. */
async function readAll(
  from: string,
  options: TemplateOptions,
  doubts: Doubts,
  io: Pick<Io, "note" | "env" | "hide" | "signal">,
): Promise<{ template: Template; origins: readonly string[] }> {
  const found: Template[] = [];
  const origins = new Set<string>();
  const seen = new Set([addressOf(from)?.href ?? from]);
  const queue = [from];
  for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
    const address = addressOf(next);
    if (address !== undefined) origins.add(address.origin);
    const text = address === undefined
      ? await readFile(next)
      : await readAddress(address, options, io);
    const template = named(next, () => readTemplate(text, doubts.take));
    found.push(template);
    const { includes } = template;
    if (includes.length > 0 && !options.flag("includes")) {
      io.note(
        `--mesh: ${next} includes ${
          includes.length === 1
            ? "another template, which is"
            : `${includes.length} other templates, which are`
        } not read: --includes follows them`,
      );
      continue;
    }
    for (const include of includes) {
      const target = addressOf(include, address);
      if (target === undefined || target.username || target.password) {
        doubts.take(
          `include ${
            JSON.stringify(include)
          } is not an http address without a password`,
        );
      } else if (!seen.has(target.href)) {
        seen.add(target.href);
        queue.push(target.href);
      }
    }
    if (found.length + queue.length > MOST_TEMPLATES) {
      throw new UsageError(
        `--mesh: ${from} includes more than ${MOST_TEMPLATES} templates, one through the other`,
      );
    }
  }
  return { template: merged(found), origins: [...origins] };
}

/** An http address; a path is none. */
function addressOf(text: string, base?: URL): URL | undefined {
  const url = URL.parse(text, base);
  if (url === null || !/^https?:$/.test(url.protocol)) return undefined;
  url.hash = "";
  return url;
}

async function readFile(path: string): Promise<string> {
  try {
    return await Deno.readTextFile(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotCapable) throw error;
    throw new UsageError(
      `--mesh: cannot read ${path}: ${(error as Error).message}`,
    );
  }
}

/** Reads an address as archives are read. */
async function readAddress(
  url: URL,
  options: TemplateOptions,
  io: Pick<Io, "note" | "env" | "hide" | "signal">,
): Promise<string> {
  const own = optionsOfOther(options, url.origin);
  const { fetch, close } = await openTransport(own, url.href, io);
  try {
    const { text } = await request({ url }, {
      timeout: readInteger(options, "timeout"),
      retries: readInteger(options, "retry"),
      ...readMaxResponse(options),
      ...fetch ? { fetch } : {},
      signals: [io.signal],
    });
    return text;
  } catch (error) {
    if (error instanceof EsmondError) {
      error.message = error.message.replaceAll("the archive", "the template");
    }
    throw error;
  } finally {
    close();
  }
}

/** What `read` gives; what it refuses is told with the template's name. */
function named<T>(from: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    throw new UsageError(`--mesh: ${from}: ${error.message}`);
  }
}
