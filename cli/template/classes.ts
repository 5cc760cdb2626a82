/**
 * Address classes: the addresses of a template that filters select.
 *
 * @module
 */

import { familyOf } from "../../client/ip_address.ts";
import {
  type Doubt,
  type JsonObject,
  objectOf,
  objectsOf,
  type Template,
  textOf,
  textsOf,
} from "./template.ts";

/** Whether an address is selected. */
type Filter = (address: JsonObject) => boolean;

/** What is not understood of a class, which leaves it out. */
class NotUnderstood extends Error {}

/**
 * The names of the addresses of a class.
 *
 * @returns None of a class that does not exist, or is not understood; `doubt` is
 * told.
 */
export function membersOfClass(
  name: string,
  template: Template,
  doubt: Doubt,
): string[] {
  try {
    const isMember = filterOfClass(name, template, []);
    return [...template.addresses].flatMap(([address, object]) =>
      isMember(object) ? [address] : []
    );
  } catch (error) {
    if (!(error instanceof NotUnderstood)) throw error;
    doubt(`address class ${name}: ${error.message}`);
    return [];
  }
}

/** The filter of a class; `above` are the classes that it is looked at for. */
function filterOfClass(
  name: string,
  template: Template,
  above: readonly string[],
): Filter {
  const object = template["address-classes"].get(name);
  if (object === undefined) {
    throw new NotUnderstood(
      above.length === 0
        ? "there is none of that name"
        : `it needs the class ${name}, which does not exist`,
    );
  }
  if (above.includes(name)) {
    throw new NotUnderstood("it is defined by itself, in a circle");
  }
  const source = textOf(objectOf(object["data-source"])?.["type"]);
  if (source !== "current-config") {
    throw new NotUnderstood(
      source === "requesting-agent"
        ? "its members are those of the agent that asks, which is not known here"
        : `its data source ${JSON.stringify(source ?? null)} is not known`,
    );
  }
  const [match, exclude] = ["match-filter", "exclude-filter"].map((field) =>
    object[field] === undefined
      ? undefined
      : filterOf(object[field], template, [...above, name])
  );
  return (address) => (match?.(address) ?? true) && !exclude?.(address);
}

function filterOf(
  value: unknown,
  template: Template,
  above: readonly string[],
): Filter {
  const filter = objectOf(value) ?? {};
  const inner = (each: unknown) => filterOf(each, template, above);
  const hostOf = (address: JsonObject) =>
    template.hosts.get(textOf(address["host"]) ?? "");
  switch (filter["type"]) {
    case "tag": {
      const tag = textOf(filter["tag"]);
      return (address) =>
        tag === undefined || hasTag(address, tag) ||
        hasTag(hostOf(address) ?? {}, tag);
    }
    case "host": {
      if (filter["jq"] !== undefined) throw notRead("jq");
      const tag = textOf(filter["tag"]);
      const isWithoutAgent = filter["no-agent"] === true;
      return (address) => {
        const host = hostOf(address);
        return host !== undefined &&
          (tag === undefined || hasTag(host, tag)) &&
          (host["no-agent"] === true) === isWithoutAgent;
      };
    }
    case "ip-version":
      return (address) => {
        const family = familyOf(textOf(address["address"]) ?? "");
        if (family !== undefined) return family === filter["ip-version"];
        throw new NotUnderstood(
          "its filter by ip-version needs addresses, and the template has names",
        );
      };
    case "address-class":
      return filterOfClass(textOf(filter["class"]) ?? "", template, above);
    case "and": {
      const all = objectsOf(filter["filters"]).map(inner);
      return (address) => all.every((each) => each(address));
    }
    case "or": {
      const all = objectsOf(filter["filters"]).map(inner);
      return (address) => all.some((each) => each(address));
    }
    case "not": {
      const one = inner(filter["filter"]);
      return (address) => !one(address);
    }
    default:
      throw notRead(textOf(filter["type"]));
  }
}

function notRead(type: string | undefined): NotUnderstood {
  return new NotUnderstood(
    `its filter ${type ?? "without a type"} is not understood`,
  );
}

function hasTag(object: JsonObject, tag: string): boolean {
  return textsOf(object["tags"])
    .some((each) => each.toLowerCase() === tag.toLowerCase());
}
