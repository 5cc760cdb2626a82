/**
 * Groups: who measures whom.
 *
 * @module
 */

import { membersOfClass } from "./classes.ts";
import {
  displayNameOf,
  type Doubt,
  type JsonObject,
  objectOf,
  objectsOf,
  type Template,
  textOf,
} from "./template.ts";

/** An end of a test, as its group has chosen it. */
export interface End {
  /** The name or IP address that is measured. */
  readonly address: string;
  /** What it is called: the display name, or the address. */
  readonly name: string;
  /** The name of its host object, if it has one. */
  readonly host: string | undefined;
  /** The address that the label or the remote address belongs to. */
  readonly parent: string;
  /** The address that pScheduler answers at. */
  readonly pschedulerAddress: string;
  /** The address that the agent binds to. */
  readonly leadBindAddress: string;
  /** Whether it or its host is out of use. */
  readonly isDisabled: boolean;
  /** Whether there is nobody at it, or at its host, who could start a test. */
  readonly hasNoAgent: boolean;
}

/** A place of a list of members: all addresses of a class are one. */
interface Selected {
  /** What is equal for equal selectors, by which pairs are excluded. */
  readonly key: string;
  /** Its addresses: objects by the names of the template. */
  readonly members: readonly Member[];
}

interface Member {
  readonly name: string;
  readonly label: string | undefined;
  readonly object: JsonObject;
}

/** The addresses, two by two or, in a list, each alone. */
export type Ends = readonly [End] | readonly [End, End];

/** Expands a group of a template. */
export function endsOfGroup(
  name: string,
  template: Template,
  tell: Doubt,
): Ends[] {
  const doubt = (line: string) => tell(`group ${name}: ${line}`);
  const group = template.groups.get(name)!;
  const select = (field: string) =>
    objectsOf(group[field]).flatMap((each) =>
      selected(each, template, { doubt, tell }) ?? []
    );
  const ends = new Chooser(template, textOf(group["default-address-label"]));
  switch (group["type"]) {
    case "list":
      return select("addresses").flatMap(({ members }) =>
        members.flatMap((member): Ends[] => {
          const end = ends.choose(member);
          return end === undefined || end.isDisabled ? [] : [[end]];
        })
      );
    case "mesh": {
      const all = select("addresses");
      return pairs(group, product(all, all), ends, doubt);
    }
    case "disjoint": {
      const [a, b] = [select("a-addresses"), select("b-addresses")];
      return pairs(
        group,
        [
          ...product(a, b),
          ...group["unidirectional"] === true ? [] : product(b, a),
        ],
        ends,
        doubt,
      );
    }
    default:
      doubt(`its type ${JSON.stringify(group["type"] ?? null)} is not known`);
      return [];
  }
}

function selected(
  selector: JsonObject,
  template: Template,
  { doubt, tell }: { doubt: Doubt; tell: Doubt },
): Selected | undefined {
  if (selector["disabled"] === true) return undefined;
  const key = keyOf(selector);
  const className = textOf(selector["class"]);
  if (className !== undefined) {
    const names = membersOfClass(className, template, tell);
    const members = names.map((name) => ({
      ...{ name, label: undefined },
      object: template.addresses.get(name)!,
    }));
    return { key, members };
  }
  const name = textOf(selector["name"]);
  const object = template.addresses.get(name ?? "");
  if (name === undefined || object === undefined) {
    doubt(
      name === undefined
        ? "a member has neither a name nor a class"
        : `there is no address ${name}`,
    );
    return undefined;
  }
  return { key, members: [{ name, label: textOf(selector["label"]), object }] };
}

function keyOf({ name, label, class: members }: JsonObject): string {
  return JSON.stringify([name, label, members].map((each) => each ?? null));
}

function product(
  a: readonly Selected[],
  b: readonly Selected[],
): (readonly [Selected, Selected])[] {
  return a.flatMap((one) => b.map((other) => [one, other] as const));
}

/** The pairs that are not excluded, each once. */
function pairs(
  group: JsonObject,
  candidates: readonly (readonly [Selected, Selected])[],
  ends: Chooser,
  doubt: Doubt,
): Ends[] {
  const scope = group["excludes-self"] ?? "host";
  if (scope !== "host" && scope !== "address" && scope !== "disabled") {
    doubt(`excludes-self ${JSON.stringify(scope)} is not known`);
    return [];
  }
  const excluded = new Set(
    objectsOf(group["excludes"]).flatMap((each) => {
      const local = keyOf(objectOf(each["local-address"]) ?? {});
      return objectsOf(each["target-addresses"])
        .map((target) => local + keyOf(target));
    }),
  );
  const found = new Map<string, Ends>();
  for (const [a, b] of candidates) {
    if (excluded.has(a.key + b.key)) continue;
    for (const one of a.members) {
      for (const other of b.members) {
        const [from, to] = [
          ends.choose(one, other.name),
          ends.choose(other, one.name),
        ];
        if (from === undefined || to === undefined) continue;
        if (from.isDisabled || to.isDisabled) continue;
        if (isSelf(from, to, scope)) continue;
        // Names of addresses hold no space.
        found.set(`${from.address} ${to.address}`, [from, to]);
      }
    }
  }
  return [...found.values()];
}

/** Whether a pair is one host with itself, as far as the group excludes that. */
function isSelf(
  one: End,
  other: End,
  scope: "host" | "address" | "disabled",
): boolean {
  if (scope === "disabled") return false;
  const isHost = scope === "host" && one.host !== undefined &&
    one.host.toLowerCase() === other.host?.toLowerCase();
  return isHost || one.parent === other.parent;
}

/** Chooses the address of a member: its own, or that of a label. */
class Chooser {
  readonly #template: Template;
  readonly #defaultLabel: string | undefined;
  /** Most members are the same end of all their pairs. */
  readonly #known = new Map<string, End | undefined>();

  constructor(template: Template, defaultLabel: string | undefined) {
    this.#template = template;
    this.#defaultLabel = defaultLabel;
  }

  /**
   * The end; `undefined` if it has no address of that label.
   *
   * @param remote The name of the other end, for which there may be an address
   * of its own.
   */
  choose(
    { name, label = this.#defaultLabel, object }: Member,
    remote?: string,
  ): End | undefined {
    const own = remote === undefined
      ? undefined
      : objectOf(objectOf(object["remote-addresses"])?.[remote]);
    const key = JSON.stringify([name, label, own && remote]);
    if (!this.#known.has(key)) {
      this.#known.set(key, this.#chosen(object, label, own));
    }
    return this.#known.get(key);
  }

  #chosen(
    object: JsonObject,
    label: string | undefined,
    remote: JsonObject | undefined,
  ): End | undefined {
    const labelled = (of: JsonObject) =>
      objectOf(objectOf(of["labels"])?.[label ?? ""]);
    if (remote !== undefined) {
      const entry = labelled(remote);
      if (entry) return this.#endOf([entry, remote, object]);
      const hasAddress = textOf(remote["address"]) !== undefined;
      if (label === undefined && hasAddress) {
        return this.#endOf([remote, object]);
      }
      if (label !== undefined && !hasAddress) return undefined;
    }
    if (label === undefined) return this.#endOf([object]);
    const entry = labelled(object);
    return entry && this.#endOf([entry, object]);
  }

  /** The end of an object; those above it come after it. */
  #endOf(objects: readonly JsonObject[]): End | undefined {
    const [first, own] = [objects[0]!, objects.at(-1)!];
    const address = textOf(first["address"]);
    if (address === undefined) return undefined;
    const host = textOf(own["host"]);
    const all = [...objects, this.#template.hosts.get(host ?? "") ?? {}];
    const name = all.map(displayNameOf).find((each) => each !== undefined);
    return {
      address,
      name: name ?? address,
      host,
      parent: textOf(own["address"]) ?? address,
      pschedulerAddress: textOf(first["pscheduler-address"]) ?? address,
      leadBindAddress: textOf(first["lead-bind-address"]) ?? address,
      isDisabled: all.some((each) => each["disabled"] === true),
      hasNoAgent: all.some((each) => each["no-agent"] === true),
    };
  }
}
