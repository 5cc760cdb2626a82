import { assertEquals } from "@std/assert";
import { fileOf } from "../../../cli/options/file_of.ts";
import { withDirectory } from "../../helpers/directory.ts";

Deno.test("fileOf() tells paths from addresses", () => {
  const files = [
    ...["archive.db", "data/archive.db", "ARCHIVE.DB", "ma.example.net.db"],
    ...["./archive", "../archive", "/var/lib/archive", ".\\archive"],
    ...["C:\\archive", "c:/archive"],
  ];
  for (const text of files) assertEquals(fileOf(text), text, text);
  const others = [
    ...["http://ma.example.net", "https://ma.example.net/archive.db"],
    ...["ma.example.net", "ma.example.net:8085", "localhost", "archive", ""],
    ...["file:///archive.db", "[2001:db8::1]:80", "ma.example.net/esmond"],
  ];
  for (const text of others) assertEquals(fileOf(text), undefined, text);
});

Deno.test("fileOf() takes any file that exists, but no directory", async () => {
  await withDirectory(async (directory) => {
    await Deno.writeTextFile(`${directory}/copy`, "");
    const before = Deno.cwd();
    Deno.chdir(directory);
    try {
      await Deno.mkdir("folder");
      assertEquals(fileOf("copy"), "copy");
      assertEquals(fileOf("folder"), undefined);
      assertEquals(fileOf("absent"), undefined);
    } finally {
      Deno.chdir(before);
    }
  });
});
