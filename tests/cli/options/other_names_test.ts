import { assert, assertEquals } from "@std/assert";
import type { CommandName } from "../../../cli/names.ts";
import { FORMATS } from "../../../cli/options/choices.ts";
import {
  OTHER_NAMES,
  suggestedOption,
} from "../../../cli/options/other_names.ts";
import { OPTIONS } from "../../../cli/options/table.ts";

Deno.test("suggestedOption() knows what other programs call an option, and who has it", () => {
  const table: [CommandName, typed: string, suggested: string][] = [
    ["get", "destination", "(did you mean --dest?)"],
    ["get", "source", "(did you mean --src?)"],
    ["get", "since", "(did you mean --start-time?)"],
    ["get", "format", "(did you mean --output-format?)"],
    ["get", "json", "(did you mean --output-format json?)"],
    ["get-bulk", "output-dir", "(did you mean --output-directory?)"],
    ["get", "output-dir", "(get-bulk has --output-directory)"],
    ["get", "sync", "(get-bulk and copy have --sync)"],
    ["get", "api-key", "(post-metadata, post and copy have --key-file)"],
    ["get", "outputformat", "(did you mean --output-format?)"],
    ["completions", "source", ""],
    ["get", "frobnicate", ""],
    ["get", "constructor", ""],
  ];
  for (const [command, typed, suggested] of table) {
    assertEquals(suggestedOption(command, typed).trim(), suggested, typed);
  }
});

Deno.test("OTHER_NAMES are no options that do the same, and mean options and formats that exist", () => {
  const formats: string[] = Object.values(FORMATS).flat();
  for (const [name, meant] of Object.entries(OTHER_NAMES)) {
    const [long, format] = meant.split(" ");
    assert(name !== long, name);
    assert(OPTIONS.some((spec) => spec.long === long), meant);
    assert(format === undefined || formats.includes(format), meant);
  }
});
