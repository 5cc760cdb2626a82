import { assertEquals, assertInstanceOf } from "@std/assert";
import {
  EXIT,
  OutputClosedError,
  PartialError,
  UsageError,
} from "../../cli/errors.ts";
import { COMMANDS } from "../../cli/commands/commands.ts";
import { programHelp } from "../../cli/help/help.ts";

Deno.test("EXIT has the codes that the design lays down", () => {
  assertEquals(EXIT, {
    done: 0,
    failed: 1,
    usage: 2,
    partial: 3,
    refused: 4,
    found: 5,
    interrupted: 130,
  });
});

Deno.test("EXIT has the codes that the help tells, and no other", () => {
  const help = programHelp(COMMANDS);
  const told = [...help.slice(help.indexOf("Exit codes")).matchAll(/\d+/g)];
  assertEquals(told.map(([code]) => Number(code)), Object.values(EXIT));
});

Deno.test("the errors of the command line bear the names of their classes", () => {
  for (
    const error of [
      new UsageError("x"),
      new PartialError(EXIT.partial),
      new OutputClosedError("x"),
    ]
  ) {
    assertInstanceOf(error, Error);
    assertEquals(error.name, error.constructor.name);
  }
  assertEquals(new PartialError(EXIT.partial).exitCode, 3);
});
