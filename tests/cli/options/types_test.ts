import { assertEquals } from "@std/assert";
import type { Command, CommandSpec } from "../../../cli/commands/command.ts";
import { COMMANDS } from "../../../cli/commands/commands.ts";
import type { CommandHelps } from "../../../cli/help/help.ts";
import type { Format } from "../../../cli/names.ts";
import { namesOf } from "../../../cli/options/choices.ts";
import { parseOptions } from "../../../cli/options/parse.ts";
import {
  DEFAULTS,
  type OptionName,
  type OptionsOf,
} from "../../../cli/options/table.ts";
import { readInteger } from "../../../cli/options/values.ts";

// Each @ts-expect-error fails the type check if its line compiles.

Deno.test("a misspelt option does not compile", () => {
  const options = parseOptions("get", []);
  // @ts-expect-error serch
  options.text("serch");
  // @ts-expect-error filters
  options.texts("filters");
  // @ts-expect-error verbos
  options.flag("verbos");
  // @ts-expect-error prot
  const name: OptionName<"serve"> = "prot";
  assertEquals(name, "prot");
});

Deno.test("a command reads only options that it takes, each as what it is", () => {
  const get: OptionsOf<"get"> = parseOptions("get", []);
  assertEquals(get.text("start-time"), undefined);
  // @ts-expect-error of serve
  get.text("port");
  // @ts-expect-error a flag
  get.text("gzip");
  // @ts-expect-error repeatable
  get.text("filter");
  // @ts-expect-error of get-bulk
  get.flag("sync");
  const trust: OptionsOf<"trust"> = parseOptions("trust", []);
  // @ts-expect-error get takes options that trust lacks
  const wrong: OptionsOf<"get"> = trust;
  assertEquals(wrong.words, []);
});

Deno.test("what reads an option with a numeric default gets a number", () => {
  const options = parseOptions("serve", []);
  const port: number = readInteger(options, "port");
  // @ts-expect-error it has no default
  const pageSize: number = readInteger(options, "page-size");
  assertEquals([port, pageSize], [DEFAULTS.port, undefined]);
});

Deno.test("a command without help, or left out of the list, does not compile", () => {
  const run: Command<"get"> = () => Promise.resolve();
  // @ts-expect-error no description, usage and examples
  const spec: CommandSpec<"get"> = {
    summary: "print data",
    load: () => Promise.resolve({ run }),
  };
  const { get: _, ...others } = COMMANDS;
  // @ts-expect-error no get
  const helps: CommandHelps = others;
  assertEquals([spec.description, "get" in helps], [undefined, false]);
});

Deno.test("a format left out of a list does not compile", () => {
  // @ts-expect-error no parquet
  const names = namesOf<Format>({
    human: true,
    json: true,
    csv: true,
    ndjson: true,
  });
  assertEquals(names.length, 4);
});
