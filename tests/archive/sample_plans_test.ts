/** The plans of the sample name only what the archive knows. */

import { assert, assertEquals } from "@std/assert";
import { EVENT_TYPES, eventTypeInfo } from "../../client/event_types.ts";
import { type Plan, PLANS } from "../../archive/sample_plans.ts";
import { VALUES } from "../../archive/sample_values.ts";
import { describe } from "../../archive/describe.ts";
import { description } from "../helpers/archive.ts";

const ALL: Plan[] = [...PLANS.esmond, ...PLANS.elmond];

Deno.test("every plan keeps known event types with roll-ups that esmond would take", () => {
  for (const { tool, keeps, parameters } of ALL) {
    const eventTypes = Object.fromEntries(
      Object.entries(keeps).map(([name, rollUps]) => [
        name,
        rollUps.flatMap(([type, ...windows]) =>
          windows.map((window): [string, number] => [type, window])
        ),
      ]),
    );
    const body = description(eventTypes, { "tool-name": tool, ...parameters });
    const { test } = describe(JSON.stringify(body));
    assertEquals(test.eventTypes.size, Object.keys(keeps).length, tool);
    for (const name of Object.keys(keeps)) assert(VALUES[name], name);
  }
});

Deno.test("the plans for esmond keep every event type, and those for elmond only what pScheduler has", () => {
  const kept = new Set(PLANS.esmond.flatMap(({ keeps }) => Object.keys(keeps)));
  assertEquals(
    EVENT_TYPES.map(({ name }) => name).filter((name) => !kept.has(name)),
    [],
  );
  for (const { tool, keeps, parameters } of PLANS.elmond) {
    assert(tool.startsWith("pscheduler/"), tool);
    assert(parameters["pscheduler-test-type"], tool);
    assert("pscheduler-run-href" in keeps, tool);
  }
});

Deno.test("only tests of one host run from a host to itself, and no test is planned twice", () => {
  for (const plans of Object.values(PLANS)) {
    const seen = plans.flatMap((plan) =>
      plan.pairs.map(([source, destination]) => {
        const isAlone = ["ntpq", "pscheduler/psclock"].includes(plan.tool);
        assertEquals(source === destination, isAlone, plan.tool);
        return [plan.tool, plan.family, source.name, destination.name].join();
      })
    );
    assertEquals(new Set(seen).size, seen.length);
  }
});

Deno.test("special values are made only for event types that the plan keeps", () => {
  for (const { values = {}, keeps } of ALL) {
    for (const name of Object.keys(values)) {
      assert(name in keeps && eventTypeInfo(name), name);
    }
  }
});
