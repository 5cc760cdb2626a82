/**
 * The least that an export of short series has to do: it fetches addresses, six
 * at a time, and puts each answer into a file of its own, which is on the disk
 * before it gets its name. `deno run -A scripts/bench/bare_export.ts LIST
 * DIRECTORY`, where LIST is a file with an address a line.
 *
 * @module
 */

import { join } from "@std/path";
import { sideBySide } from "../../client/side_by_side.ts";

if (import.meta.main) {
  const [list, directory] = Deno.args;
  const addresses = (await Deno.readTextFile(list!)).trimEnd().split("\n");
  await sideBySide(addresses.entries(), 6, async ([number, address]) => {
    const answer = await fetch(address);
    const bytes = await answer.bytes();
    if (!answer.ok) throw new Error(`${address}: ${answer.status}`);
    const path = join(directory!, `${number}.json`);
    using file = await Deno.open(`${path}.partial`, {
      write: true,
      createNew: true,
    });
    await file.write(bytes);
    await file.sync();
    await Deno.rename(`${path}.partial`, path);
  });
}
