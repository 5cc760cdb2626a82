/**
 * On macOS nobody but its user may enter the usual place, which is not so
 * elsewhere.
 */
const PLACE = Deno.build.os === "darwin" ? { dir: "/tmp" } : {};

/** Runs `use` with a directory of its own, which is gone afterwards. */
export async function withDirectory(
  use: (directory: string) => void | Promise<void>,
): Promise<void> {
  const directory = await Deno.makeTempDir(PLACE);
  try {
    await use(directory);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}
