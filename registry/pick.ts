/**
 * Prints the flags that give this machine the `@std` names:
 * `--config=deno.json` where JSR answers, else
 * `--import-map=registry/npm.json` and the lock file that goes with it.
 * `ESMOND_REGISTRY=jsr` or `=npm` decides without asking.
 *
 * @module
 */

const flags = {
  jsr: "--config=deno.json",
  npm: "--import-map=registry/npm.json --lock=registry/npm.lock --frozen",
};

/** Whether JSR answers within two seconds. */
async function jsrAnswers(): Promise<boolean> {
  try {
    const answer = await fetch("https://jsr.io/@std/path/meta.json", {
      signal: AbortSignal.timeout(2000),
    });
    await answer.body?.cancel();
    return answer.ok;
  } catch {
    return false;
  }
}

if (import.meta.main) {
  const wanted = Deno.env.get("ESMOND_REGISTRY");
  if (wanted !== undefined && wanted !== "jsr" && wanted !== "npm") {
    console.error(`ESMOND_REGISTRY is "${wanted}": say jsr or npm.`);
    Deno.exit(2);
  }
  console.log(flags[wanted ?? (await jsrAnswers() ? "jsr" : "npm")]);
}
