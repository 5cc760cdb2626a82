import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { COMMANDS } from "../../cli/commands/commands.ts";
import { OPTIONS } from "../../cli/options/table.ts";
import * as library from "../../mod.ts";
import { description, makeTest } from "../helpers/archive.ts";
import { withDirectory } from "../helpers/directory.ts";
import { checkTypes, run, withArchive } from "./examples.ts";
import {
  codeIn,
  identifiersIn,
  type Mapping,
  mappings,
  type Name,
  nameIn,
  optionsIn,
  withoutBlocks,
} from "./mapping.ts";
import python from "./python_names.json" with { type: "json" };
import { testUnless } from "../helpers/skipping.ts";
import { NOT_IN_SHORT } from "../helpers/long.ts";

const DOCUMENT = join(import.meta.dirname!, "../../docs/from-python.md");
const MARKDOWN = await Deno.readTextFile(DOCUMENT);
const ROWS = mappings(MARKDOWN);

/** The address of mod.ts, as code. */
const MODULE = JSON.stringify(import.meta.resolve("../../mod.ts"));

// ---- Our names

/**
 * Everything public of these is in the document; of errors, what they have
 * beyond `Error`.
 */
const OBJECTS: Record<string, object> = {
  ApiFilters: new library.ApiFilters(),
  ApiConnect: new library.ApiConnect("http://127.0.0.1"),
  MergedTests: library.connectAll(["http://127.0.0.1"]),
  ...await objectsOfATest(),
  DataPayload: new library.DataPayload(),
  DataPoint: new library.DataPoint({ ts: 1 }),
  DataHistogram: new library.DataHistogram({ ts: 1 }),
  MetadataPost: new library.MetadataPost("http://127.0.0.1", {}),
  EventTypePost: new library.EventTypePost("http://127.0.0.1", {
    metadataKey: "k",
    eventType: "throughput",
  }),
  EventTypeBulkPost: new library.EventTypeBulkPost("http://127.0.0.1", {
    metadataKey: "k",
  }),
  EsmondError: new library.EsmondError(),
  ArchiveError: new library.ArchiveError("", { url: "" }),
  ArchiveHttpError: new library.ArchiveHttpError(400, "", { url: "" }),
  ArchiveUnreachableError: new library.ArchiveUnreachableError("", { url: "" }),
  ArchiveTimeoutError: new library.ArchiveTimeoutError(1, { url: "" }),
  ArchiveResponseError: new library.ArchiveResponseError("", { url: "" }),
  ArchiveSizeError: new library.ArchiveSizeError(1, { url: "" }),
  FilterError: new library.FilterError("", ""),
  PostError: new library.PostError("", ""),
  PostDataError: new library.PostDataError("", {
    stored: [],
    missing: [],
    unknown: [],
  }),
};

/**
 * All fields of these are in the document, but for those that are documented
 * elsewhere.
 */
const OPTION_TYPES: [name: string, without?: string][] = [
  ["ApiConnectOptions"],
  ["GetMetadataOptions"],
  [
    "ConnectAllOptions",
    "keyof all.ApiConnectOptions | keyof all.GetMetadataOptions",
  ],
  ["ArchiveFailure"],
  ["StreamOptions"],
  ["WatchOptions"],
  ["WatchedPoint"],
  ["ConnectionStatistics"],
  ["PostOptions"],
  [
    "MetadataPostOptions",
    "keyof all.PostOptions | Exclude<keyof all.TestParameters, 'timeDuration' | 'ipTransportProtocol'>",
  ],
  ["EventTypePostOptions", "keyof all.PostOptions"],
  ["EventTypeBulkPostOptions", "keyof all.PostOptions"],
  ["EventTypeInfo"],
];

const NAMES = namesOfOurs();

Deno.test("every name of ours in the document exists", () => {
  const exported = Object.keys(library);
  const isThere = (name: Name) => {
    switch (name.kind) {
      case "export":
        return exported.includes(name.name);
      case "option":
        return OPTIONS.some((spec) => isNamed(spec, name.name));
      case "command":
        return Object.hasOwn(COMMANDS, name.name);
      case "member": // those of types without objects are the compiler's to find
        return !(name.type in OBJECTS) || name.name in OBJECTS[name.type]!;
    }
  };
  const wrong = NAMES.filter(({ names }) => !names.every(isThere));
  assertEquals(wrong.map(({ line, code }) => `line ${line}: ${code}`), []);
  assert(NAMES.length > 150);
});

Deno.test("every public member of the objects that mod.ts exports is in the document", () => {
  const documented = documentedMembers();
  const missing: string[] = [];
  for (const [type, object] of Object.entries(OBJECTS)) {
    for (const name of membersOf(object)) {
      const isThere = prototypesOf(object)
        .some((each) => documented.get(each.constructor.name)?.has(name));
      if (!isThere) missing.push(`${type}.${name}`);
    }
  }
  assertEquals(missing, []);
});

Deno.test("every value that mod.ts exports is in the document", () => {
  const words = new Set(identifiersIn(codeIn(withoutBlocks(MARKDOWN))));
  assertEquals(Object.keys(library).filter((name) => !words.has(name)), []);
});

testUnless(
  NOT_IN_SHORT,
  "the compiler knows every member in the document, and no other",
  async () => {
    const lines = [`import type * as all from ${MODULE};`];
    const documented = documentedMembers();
    const declare = (type: string, keys: string) => {
      const names = [...documented.get(type) ?? []].sort();
      const members = names.map((name) => `${name}: true`).join(", ");
      lines.push(
        `export const _${type}: Record<${keys}, true> = { ${members} };`,
      );
    };
    for (const [type, object] of Object.entries(OBJECTS)) {
      if (object instanceof Error) continue;
      // A symbol has no name in a document.
      declare(type, `Extract<keyof all.${type}, string>`);
    }
    for (const [type, without] of OPTION_TYPES) {
      const keys = `keyof all.${type}`;
      declare(type, without ? `Exclude<${keys}, ${without}>` : keys);
    }
    await withDirectory(async (directory) => {
      const text = lines.join("\n");
      assertEquals(await checkTypes({ "members.ts": text }, directory), "");
      const less = text.replace("getMetadata: true", "getMetadatum: true");
      assertStringIncludes(
        await checkTypes({ "members.ts": less }, directory),
        "getMetadatum",
      );
    });
  },
);

testUnless(
  NOT_IN_SHORT,
  "every property of ApiFilters can be given to its constructor too",
  async () => {
    await withDirectory(async (directory) => {
      const text = `import type * as all from ${MODULE};
type Fixed = "metadataFilters" | "timeFilters" | "set" | "get" | "delete" | "with";
type Settable = Exclude<keyof all.ApiFilters, Fixed>;
export const one: Record<Settable, true> = {} as Record<keyof all.ApiFiltersOptions, true>;
export const other: Record<keyof all.ApiFiltersOptions, true> = {} as Record<Settable, true>;
`;
      assertEquals(await checkTypes({ "filters.ts": text }, directory), "");
    });
  },
);

/** Members by type, as the document has them. */
function documentedMembers(): Map<string, Set<string>> {
  const found = new Map<string, Set<string>>();
  for (const name of NAMES.flatMap(({ names }) => names)) {
    if (name.kind !== "member") continue;
    const names = found.get(name.type) ?? new Set();
    found.set(name.type, names.add(name.name));
  }
  return found;
}

/**
 * What the second columns name, and members written with their type anywhere
 * else.
 */
function namesOfOurs(): { line: number; code: string; names: Name[] }[] {
  const types = [
    ...Object.keys(OBJECTS),
    ...OPTION_TYPES.map(([type]) => type),
  ];
  const qualified = new RegExp(`^(${types.join("|")})\\.\\w+$`);
  const others = withoutBlocks(MARKDOWN).split("\n").flatMap((text, index) =>
    codeIn(text).filter((code) => qualified.test(code))
      .map((code) => ({ line: index + 1, code, heading: "" }))
  );
  const inColumns = ROWS.flatMap(({ line, heading, here }) =>
    here.map((code) => ({ line, code, heading }))
  );
  return [...inColumns, ...others].map(({ line, code, heading }) => ({
    line,
    code,
    names: nameIn(code, classesIn(heading)),
  }));
}

/** The classes of ours that a section is about. */
function classesIn(heading: string): string[] {
  return codeIn(heading).filter((name) => name in OBJECTS);
}

/** The classes of an object, less what every object or error is. */
function prototypesOf(object: object): object[] {
  const parent = Object.getPrototypeOf(object);
  const isCommon = parent === Object.prototype || parent === Error.prototype;
  return isCommon ? [] : [parent, ...prototypesOf(parent)];
}

/**
 * What an object has of its own and from its classes, less what every error
 * has.
 */
function membersOf(object: object): Set<string> {
  const found = new Set(
    [object, ...prototypesOf(object)].flatMap(Object.getOwnPropertyNames),
  );
  found.delete("constructor");
  const common = object instanceof Error
    ? ["name", "message", "stack", "cause"]
    : [];
  for (const name of common) found.delete(name);
  return found;
}

async function objectsOfATest(): Promise<Record<string, object>> {
  return await withArchive(async (origin) => {
    await makeTest(origin, description({ throughput: [["average", 86400]] }));
    const tests = new library.ApiConnect(origin).getMetadata();
    const { value: md } = await tests.next();
    const et = md!.getEventType("throughput")!;
    const summary = et.getSummary("average", 86400)!;
    return { Metadata: md!, EventType: et, Summary: summary };
  });
}

// ---- Python's names

/** A class, as tests/docs/python_names.py finds it. */
interface PythonClass {
  bases: string[];
  constructor: string[];
  members: string[];
}

/**
 * Nothing of the measurement archive: the document names it, and not what is in
 * it.
 */
const AS_A_WHOLE = ["CassandraJMX"];

const CLASSES = new Map<string, PythonClass>(
  Object.values(python.modules).flatMap((module) =>
    Object.entries(module.classes as unknown as Record<string, PythonClass>)
  ),
);

Deno.test("every name that a Python script can import is in the document", () => {
  const documented = new Set(ROWS.flatMap((row) => identifiersIn(row.python)));
  const missing: string[] = [];
  for (const [module, { names, classes }] of Object.entries(python.modules)) {
    for (const name of [...names, ...Object.keys(classes)]) {
      if (!documented.has(name)) missing.push(`${module}.${name}`);
    }
  }
  assertEquals(missing, []);
});

Deno.test("every argument, property and method of a Python class is in its section", () => {
  const missing: string[] = [];
  for (const [type, { members, constructor }] of CLASSES) {
    if (AS_A_WHOLE.includes(type)) continue;
    const documented = new Set(
      [type, ...ancestorsOf(type)].flatMap(sectionsOf)
        .flatMap((row) => identifiersIn(row.python)),
    );
    for (const name of [...members, ...constructor]) {
      if (!documented.has(name)) missing.push(`${type}.${name}`);
    }
  }
  assertEquals(missing, []);
  assert(CLASSES.get("ApiFilters")!.members.includes("time_range"));
});

Deno.test("every option of the Python programs is in the document", () => {
  for (const [program, options] of Object.entries(python.programs)) {
    const heading = program.startsWith("esmond-ps-get")
      ? "Options"
      : `\`${program}\``;
    const documented = new Set(
      rowsBelow(heading).flatMap((row) => optionsIn(row.python)),
    );
    assertEquals(
      options.flat().filter((name) => !documented.has(name)),
      [],
      program,
    );
  }
});

Deno.test("every option that is the original's is in the document, beside itself", () => {
  const rows = rowsBelow("Options");
  for (const spec of OPTIONS.filter(({ isOriginal }) => isOriginal)) {
    const row = rows.find(({ here }) => here.includes(`--${spec.long}`));
    const names = [
      ...(spec.short ? [`-${spec.short}`] : []),
      `--${spec.long}`,
    ];
    assertEquals(row?.python, names);
    assertEquals(row?.here, names);
  }
});

/** The rows of the sections in which a Python class is documented. */
function sectionsOf(type: string): Mapping[] {
  const headings = new Set(
    ROWS.filter(({ heading, python }) =>
      codeIn(heading).includes(type) || identifiersIn(python).includes(type)
    ).map(({ heading }) => heading),
  );
  const own = [...headings].find((heading) => codeIn(heading).includes(type));
  return ROWS.filter(({ heading }) =>
    own === undefined ? headings.has(heading) : heading === own
  );
}

function ancestorsOf(type: string): string[] {
  return (CLASSES.get(type)?.bases ?? [])
    .flatMap((base) => [base, ...ancestorsOf(base)])
    .filter((base) => CLASSES.has(base));
}

function rowsBelow(heading: string): Mapping[] {
  return ROWS.filter((row) => row.heading === heading);
}

/**
 * The folder that holds esmond_client/ and clients/, with all that it needs, if
 * there is one.
 */
const SOURCE = Deno.env.get("ESMOND_PYTHON");
const noSource = SOURCE === undefined
  ? "ESMOND_PYTHON names no folder"
  : undefined;

testUnless(
  noSource,
  `the list of Python's names is that of the Python source`,
  async () => {
    const script = join(import.meta.dirname!, "python_names.py");
    const args = [script, SOURCE!];
    const { code, stdout, stderr } = await run("python3", args, {});
    assertEquals(code, 0, stderr);
    assertEquals(JSON.parse(stdout), python);
  },
);

function isNamed(
  spec: { long: string; short?: string },
  name: string,
): boolean {
  return name === `--${spec.long}` || name === `-${spec.short}`;
}
