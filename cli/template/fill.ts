/**
 * The variables of a template: `{% address[0] %}` and the like.
 *
 * @module
 */

import { familyOf } from "../../client/ip_address.ts";
import type { End } from "./groups.ts";

/** What the variables of one test stand for. */
export interface Bindings {
  /** Its ends. */
  readonly ends: readonly End[];
  /** The end whose agent starts it. */
  readonly lead: End;
  /** Whether that is not the one that the task names, which has no agent. */
  readonly isFlipped: boolean;
}

/** A variable that cannot be filled. */
export class FillError extends Error {}

/** Text with variables, made ready to be filled many times. */
export type Filled = (bindings: Bindings) => string;

const VARIABLE = /\{%\s*(.*?)\s*%\}/;

/**
 * Prepares a text.
 *
 * @returns What gives the text with its variables filled, and throws a
 * {@linkcode FillError} for one that cannot be.
 */
export function prepare(text: string): Filled {
  // Every second part is a variable.
  const parts = text.split(VARIABLE);
  const open = parts.find((part, at) => at % 2 === 0 && part.includes("{%"));
  if (open !== undefined) {
    return () => {
      throw new FillError(`a variable without its %}: ${open.trim()}`);
    };
  }
  if (parts.length === 1) return () => text;
  return (bindings) =>
    parts.map((part, at) => at % 2 === 0 ? part : valueOf(part, bindings))
      .join("");
}

function valueOf(variable: string, bindings: Bindings): string {
  const { ends, lead, isFlipped } = bindings;
  switch (variable) {
    case "scheduled_by_address":
      return lead.address;
    case "flip":
      return `${isFlipped}`;
    case "localhost":
      return isFlipped ? lead.address : "localhost";
  }
  const [, field, place] = /^(\w+)\[(\d+)\]$/.exec(variable) ?? [];
  const end = place === undefined ? undefined : ends[Number(place)];
  switch (end && field) {
    case "address":
      return end!.address;
    case "pscheduler_address":
      return inBrackets(end!.pschedulerAddress);
    case "lead_bind_address":
      return end!.leadBindAddress;
  }
  throw new FillError(`{% ${variable} %} cannot be filled`);
}

/** A host as it stands in a URL. */
export function inBrackets(host: string): string {
  return familyOf(host) === 6 ? `[${host}]` : host;
}
