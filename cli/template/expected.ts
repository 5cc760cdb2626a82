/**
 * The tests that a template says should be there: tasks, each with its group,
 * its test and its schedule.
 *
 * @module
 */

import { familyOf } from "../../client/ip_address.ts";
import type { Schedule } from "../../insight.ts";
import { ArchiveAddresses } from "./archives.ts";
import { secondsOf } from "./duration.ts";
import { type Bindings, FillError, prepare } from "./fill.ts";
import { type End, type Ends, endsOfGroup } from "./groups.ts";
import { type Traits, traitsOfSpec } from "./kinds.ts";
import {
  displayNameOf,
  type Doubt,
  type JsonObject,
  objectOf,
  type Template,
  textOf,
  textsOf,
} from "./template.ts";

/** An end of a test that should be there. */
export interface Place {
  /** The name or IP address, as the test is given it. */
  readonly address: string;
  /** What it is called: its display name, or the same. */
  readonly name: string;
}

/** A test that should be there. */
export interface ExpectedTest extends Traits {
  /** The name of its task. */
  readonly task: string;
  /** The name of the group of that. */
  readonly group: string;
  /** Where it starts. */
  readonly source: Place;
  /** Where it leads; `undefined` of a test of one host. */
  readonly destination: Place | undefined;
  /** `undefined` where the template does not say, or it runs but once. */
  readonly schedule: Schedule | undefined;
  /** The addresses of the archives that keep it. */
  readonly archives: readonly string[];
}

/**
 * Expands all tasks that are in use.
 *
 * @param template The template, with what it includes.
 * @param doubt Told of what is not understood, and left out.
 */
export function expectedTests(
  template: Template,
  doubt: Doubt,
): ExpectedTest[] {
  const groups = new Map<string, Ends[]>();
  const archives = new ArchiveAddresses(template, doubt);
  const endsOf = (name: string) => {
    const known = groups.get(name) ?? endsOfGroup(name, template, doubt);
    groups.set(name, known);
    return known;
  };
  return [...template.tasks].flatMap(([name, task]) =>
    task["disabled"] === true
      ? []
      : testsOfTask(name, task, { template, archives, endsOf }, doubt)
  );
}

/** What all tasks of a template share. */
interface Shared {
  template: Template;
  archives: ArchiveAddresses;
  endsOf(group: string): Ends[];
}

function testsOfTask(
  name: string,
  task: JsonObject,
  { template, archives, endsOf }: Shared,
  tell: Doubt,
): ExpectedTest[] {
  const doubt = (line: string) => tell(`task ${name}: ${line}`);
  const [groupName, testName] = [textOf(task["group"]), textOf(task["test"])];
  const test = template.tests.get(testName ?? "");
  const type = textOf(test?.["type"]);
  if (!template.groups.has(groupName ?? "") || type === undefined) {
    doubt(
      test !== undefined && type === undefined
        ? `its test ${testName} has no type`
        : test === undefined
        ? `there is no test ${testName ?? "that it names"}`
        : `there is no group ${groupName ?? "that it names"}`,
    );
    return [];
  }
  const spec = objectOf(test!["spec"]) ?? {};
  const traits = traitsOfSpec(type, spec, textsOf(task["tools"]));
  const schedule = scheduleOf(type, spec, task, template, doubt);
  const [source, dest] = ["source", "dest"].map((end) => {
    const text = textOf(spec[end]);
    return text === undefined ? undefined : prepare(text);
  });
  const found: ExpectedTest[] = [];
  const by = Number(task["scheduled-by"] ?? 0);
  for (const ends of endsOf(groupName!)) {
    const bindings = bindingsOf(ends, by, doubt);
    if (bindings === undefined) continue;
    try {
      const to = dest?.(bindings);
      found.push({
        task: name,
        group: groupName!,
        ...traits,
        source: placeOf(source?.(bindings) ?? bindings.lead.address, bindings),
        destination: to === undefined ? undefined : placeOf(to, bindings),
        schedule,
        archives: archives.addressesOf(
          [...textsOf(task["archives"]), ...archivesOf(bindings, template)],
          bindings,
        ),
      });
    } catch (error) {
      if (!(error instanceof FillError)) throw error;
      doubt(`its test ${testName}: ${error.message}`);
      return [];
    }
  }
  return found;
}

/** Who starts a test; nobody where no end has an agent. */
function bindingsOf(
  ends: Ends,
  by: number,
  doubt: Doubt,
): Bindings | undefined {
  const wanted = ends[by];
  if (wanted === undefined) {
    doubt(`scheduled-by is ${by}, and its group has ${ends.length} at a time`);
    return undefined;
  }
  const lead = wanted.hasNoAgent
    ? ends.find(({ hasNoAgent }) => !hasNoAgent)
    : wanted;
  return lead && { ends, lead, isFlipped: lead !== wanted };
}

function placeOf(address: string, { ends, lead }: Bindings): Place {
  // The host that starts the test calls itself so.
  if (address === "localhost") {
    return { address: lead.address, name: lead.name };
  }
  const end = ends.find((each: End) => each.address === address);
  return { address, name: end?.name ?? address };
}

/** The archives of the host that starts a test. */
function archivesOf({ lead }: Bindings, { hosts }: Template): string[] {
  return textsOf(hosts.get(lead.host ?? "")?.["archives"]);
}

/** What a background test of delay sends, if it does not say. */
const PACKETS = { count: 600, interval: 0.1 };

function scheduleOf(
  type: string,
  spec: JsonObject,
  task: JsonObject,
  { schedules }: Template,
  doubt: Doubt,
): Schedule | undefined {
  // It never ends, and has a result for each so many packets.
  if (type === "latencybg") {
    const interval = Number(spec["packet-count"] ?? PACKETS.count) *
      Number(spec["packet-interval"] ?? PACKETS.interval);
    return interval > 0 && interval < Infinity
      ? { interval, slip: 0 }
      : undefined;
  }
  const name = textOf(task["schedule"]);
  if (name === undefined) return undefined;
  const schedule = schedules.get(name);
  if (schedule === undefined) {
    doubt(`there is no schedule ${name}, so that its interval is not known`);
    return undefined;
  }
  const interval = secondsOf(schedule["repeat"]);
  const slip = secondsOf(schedule["slip"]);
  const isWrong = (field: string, seconds: number | undefined) =>
    schedule[field] !== undefined && !(seconds !== undefined && seconds >= 0);
  for (const field of ["repeat", "slip"]) {
    const seconds = field === "repeat" ? interval : slip;
    if (!isWrong(field, seconds)) continue;
    doubt(
      `schedule ${name}: ${field} ${
        JSON.stringify(schedule[field])
      } is not a duration such as PT1H`,
    );
  }
  return interval !== undefined && interval > 0
    ? { interval, slip: slip ?? 0 }
    : undefined;
}

/** The hosts of a template's groups, in its order, as they are called. */
export function namesInOrder(template: Template): string[] {
  return [
    ...new Set(
      [...template.addresses.values()].flatMap((address) => {
        const host = template.hosts.get(textOf(address["host"]) ?? "");
        return displayNameOf(address) ?? (host && displayNameOf(host)) ??
          textOf(address["address"]) ?? [];
      }),
    ),
  ];
}

/** The version of IP that a test is over, if that is known. */
export function familyOfExpected(
  { family, source, destination }: ExpectedTest,
): 4 | 6 | undefined {
  return family ?? familyOf(destination?.address ?? "") ??
    familyOf(source.address);
}

/** Whether a test is over a family of addresses; any if none is asked for. */
export function isOfFamily(
  test: ExpectedTest,
  wanted: 4 | 6 | undefined,
): boolean {
  return wanted === undefined || familyOfExpected(test) === wanted;
}
