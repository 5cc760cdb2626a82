/**
 * The tests that a command answers a question about, and how it names them.
 *
 * @module
 */

import { familyOf as familyOfAddress } from "../../client/ip_address.ts";
import { hostOf } from "../../insight/hosts.ts";
import type { Metadata } from "../../mod.ts";
import type { Io } from "../io.ts";
import { ARCHIVE } from "../output/added.ts";
import type { Hostnames } from "../output/hostnames.ts";
import { testsOrAdvice } from "./advice.ts";
import type { Archives } from "./archives.ts";
import type { AnswerSettings, Family, Settings } from "./settings.ts";

/** What tells a test from others, in every answer under these names. */
export interface TestNames {
  /** The source, as it is shown. */
  source: string | null;
  /** The destination, as it is shown. */
  destination: string | null;
  /** The family of its addresses; null where they are none. */
  family: Family | null;
  /** The tool. */
  tool: string | null;
  /** The key of the test. */
  metadata_key: string | null;
  /** The address of its archive. */
  archive: string;
}

/** The tests that match, of the family that is asked for. */
export async function* answerTests(
  settings: Settings & AnswerSettings,
  io: Pick<Io, "note">,
): AsyncGenerator<Metadata, void, void> {
  const { family } = settings;
  for await (
    const test of testsOrAdvice(settings, io, { stillRunning: true })
  ) {
    if (family === undefined || familyOf(test) === family) yield test;
  }
}

/** The family of the addresses of a test, if it has addresses. */
export function familyOf(
  { source, destination }: Pick<Metadata, "source" | "destination">,
): Family | undefined {
  return familyOfAddress(destination ?? "") ?? familyOfAddress(source ?? "");
}

/** The names of a test, its hosts as the options want them shown. */
export async function namesOfTest(
  test: Metadata,
  hostnames: Pick<Hostnames, "show">,
): Promise<TestNames> {
  const { source, destination, toolName, metadataKey } = test;
  const [from, to] = await Promise.all(
    [source, destination].map(async (address) =>
      address === undefined ? null : await hostnames.show(address)
    ),
  );
  return {
    source: from!,
    destination: to!,
    family: familyOf(test) ?? null,
    tool: toolName ?? null,
    metadata_key: metadataKey ?? null,
    archive: test.archive,
  };
}

/** The columns of answers, with the archive where there are several. */
export function columnsOfAnswers(
  columns: readonly string[],
  { isSeveral }: Pick<Archives, "isSeveral">,
): readonly string[] {
  return isSeveral
    ? columns.flatMap((name) =>
      name === "metadata_key" ? [name, ARCHIVE] : [name]
    )
    : columns;
}

/** The hosts of a test, each by one name for all of its addresses. */
export function hostsOfTest(test: Metadata): string[] {
  const { source, destination, inputSource, inputDestination } = test;
  return [
    hostOf(inputSource, source),
    hostOf(inputDestination, destination),
  ].filter((host) => host !== undefined);
}
