/** Templates in the shape of the published examples, made by tests. */

import {
  type ExpectedTest,
  expectedTests,
} from "../../../cli/template/expected.ts";
import { readTemplate } from "../../../cli/template/template.ts";

/** A template before it is JSON. */
export type Made = Record<string, Record<string, unknown> | readonly string[]>;

/** What the variables of a test of two ends are. */
export const BOTH = {
  source: "{% address[0] %}",
  dest: "{% address[1] %}",
};

/** Three hosts with one archive, each measuring the others' throughput. */
export function mesh(changes: Made = {}): Made {
  return {
    addresses: addresses("alpha", "beta", "gamma"),
    hosts: { alpha: {}, beta: {}, gamma: {} },
    archives: { one: esmondAt("http://one.example") },
    groups: {
      all: { type: "mesh", addresses: members("alpha", "beta", "gamma") },
    },
    schedules: { hourly: { repeat: "PT1H", slip: "PT10M", sliprand: true } },
    tests: { tcp: { type: "throughput", spec: { ...BOTH } } },
    tasks: {
      speed: {
        group: "all",
        test: "tcp",
        schedule: "hourly",
        archives: ["one"],
      },
    },
    ...changes,
  };
}

/** Addresses `NAME.example`, each of the host of that name. */
export function addresses(
  ...names: string[]
): Record<string, Record<string, unknown>> {
  return Object.fromEntries(
    names.map((name) => [name, {
      address: `${name}.example`,
      host: name,
      _meta: { "display-name": name.toUpperCase() },
    }]),
  );
}

/** Members of a group. */
export function members(...names: string[]): { name: string }[] {
  return names.map((name) => ({ name }));
}

/** An archive of perfSONAR 4. */
export function esmondAt(url: string): Record<string, unknown> {
  return {
    archiver: "esmond",
    data: { url: `${url}/esmond/perfsonar/archive/` },
  };
}

/** What a template comes to, and what of it is not understood. */
export function expand(
  made: Made,
): { tests: ExpectedTest[]; doubts: string[] } {
  const doubts: string[] = [];
  const doubt = (line: string) => void doubts.push(line);
  const template = readTemplate(JSON.stringify(made), doubt);
  return {
    tests: expectedTests(template, doubt),
    doubts: [...new Set(doubts)],
  };
}

/** Tests as `alpha → beta`, without `.example`. */
export function linksOf(tests: readonly ExpectedTest[]): string[] {
  return tests.map(({ source, destination }) =>
    [source, destination].flatMap((each) =>
      each === undefined ? [] : each.address.replace(".example", "")
    ).join(" → ")
  );
}
