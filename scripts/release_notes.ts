/**
 * The notes of a release: the part of `CHANGELOG.md` for its version, if
 * the tag, `deno.json`, the program and `CHANGELOG.md` agree on that. `deno run
 * --allow-read=. scripts/release_notes.ts v1.2.3` prints it.
 *
 * @module
 */

import { VERSION } from "../cli/version.ts";

/** What has to agree with a tag. */
export interface Sources {
  /** The version in `deno.json`. */
  packageVersion: string;
  /** The version that the program prints. */
  programVersion: string;
  /** The text of `CHANGELOG.md`. */
  changelog: string;
}

/**
 * Takes the notes of a release out of `CHANGELOG.md`: a line an entry, because
 * GitHub breaks lines where the text does.
 *
 * @param tag The tag, such as `v1.2.3`.
 * @param sources What has to agree with it.
 * @returns The entries.
 * @throws {Error} when something does not agree with the tag, or there is no
 * entry with a date.
 */
export function releaseNotes(
  tag: string,
  { packageVersion, programVersion, changelog }: Sources,
): string {
  if (tag !== `v${packageVersion}`) {
    throw new Error(
      `the tag is ${tag}, but deno.json has version ${packageVersion}: tag v${packageVersion}, or change deno.json`,
    );
  }
  if (programVersion !== packageVersion) {
    throw new Error(
      `deno.json has version ${packageVersion}, but cli/version.ts ${programVersion}: make them the same`,
    );
  }
  const parts = changelog.split(/^(?=## )/m);
  const part = parts.find((each) => each.startsWith(`## ${packageVersion} `));
  const [heading = "", ...lines] = (part ?? "").split("\n");
  if (!/ \(\d{4}-\d\d-\d\d\)$/.test(heading)) {
    throw new Error(
      `CHANGELOG.md has ${
        heading ? `"${heading}"` : "nothing"
      } for ${tag}: give it a heading such as "## ${packageVersion} (2026-01-31)"`,
    );
  }
  const notes = lines.join("\n").trim().replaceAll(/\n +(?![-\s])/g, " ");
  if (notes === "") throw new Error(`CHANGELOG.md says nothing of ${tag}`);
  return notes;
}

if (import.meta.main) {
  const [tag = ""] = Deno.args;
  const { version } = JSON.parse(await Deno.readTextFile("deno.json"));
  const changelog = await Deno.readTextFile("CHANGELOG.md");
  const sources = {
    packageVersion: version,
    programVersion: VERSION,
    changelog,
  };
  try {
    console.log(releaseNotes(tag, sources));
  } catch (error) {
    console.error(`release_notes: ${(error as Error).message}`);
    Deno.exit(1);
  }
}
