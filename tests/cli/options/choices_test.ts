import { assertEquals } from "@std/assert";
import {
  FORMATS,
  namesOf,
  PROGRAM_NAMES,
} from "../../../cli/options/choices.ts";

Deno.test("namesOf() keeps the order of the names", () => {
  assertEquals(namesOf<"b" | "a">({ b: true, a: true }), ["b", "a"]);
});

Deno.test("FORMATS has the formats of each command, in the order of the original client", () => {
  assertEquals(FORMATS, {
    "get-endpoints": ["human", "json", "csv", "ndjson"],
    "get-metadata": ["human", "json", "csv", "ndjson"],
    "get": ["human", "json", "csv", "ndjson", "parquet"],
    "get-bulk": ["json", "csv", "ndjson", "parquet"],
    "coverage": ["human", "json", "csv", "ndjson"],
    "latest": ["human", "json", "csv", "ndjson", "openmetrics"],
    "plot": ["human", "json", "csv", "svg", "html"],
    "mesh": ["human", "json", "csv", "svg", "html"],
    "check": ["human"],
    "routes": ["human", "json", "csv", "ndjson"],
  });
});

Deno.test("PROGRAM_NAMES has the four programs of the Python client", () => {
  assertEquals(PROGRAM_NAMES, [
    "esmond-ps-get-endpoints",
    "esmond-ps-get-metadata",
    "esmond-ps-get",
    "esmond-ps-get-bulk",
  ]);
});
