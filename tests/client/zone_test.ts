import { assertEquals, assertThrows } from "@std/assert";
import { offsetAt, offsetsIn, zoneName } from "../../client/zone.ts";

/** Seconds since 1970 of a time in UTC. */
function at(text: string): number {
  return Date.parse(`${text}Z`) / 1000;
}

Deno.test("zoneName() spells zones as the system does, and refuses others", () => {
  assertEquals(zoneName("europe/berlin"), "Europe/Berlin");
  assertEquals(zoneName("UTC"), "UTC");
  for (const zone of ["Europe/Atlantis", "", "+25:00"]) {
    assertThrows(() => zoneName(zone), RangeError);
    assertThrows(() => offsetsIn(zone), RangeError);
  }
});

Deno.test("offsetAt() knows summer time, and zones off by half an hour", () => {
  const cases: [time: string, zone: string, hours: number][] = [
    ["2016-03-27T00:59:59", "Europe/Berlin", 1],
    ["2016-03-27T01:00:00", "Europe/Berlin", 2],
    ["2016-03-01T00:00:00", "Asia/Kolkata", 5.5],
    ["2016-03-01T00:00:00", "America/Lima", -5],
    ["2016-03-01T00:00:00", "UTC", 0],
    ["2016-03-01T00:00:00", "+02:00", 2],
  ];
  for (const [time, zone, hours] of cases) {
    assertEquals(offsetAt(at(time), zone), hours * 3600, `${time} ${zone}`);
  }
});

Deno.test("offsetsIn() says what offsetAt() does, also on the days on which clocks change", () => {
  for (const zone of ["Europe/Berlin", "Australia/Lord_Howe", "UTC"]) {
    const offset = offsetsIn(zone);
    for (const day of ["2016-03-26", "2016-04-01", "2016-10-01"]) {
      for (let hour = 0; hour < 72; hour += 0.5) {
        const instant = at(`${day}T00:00:00`) + hour * 3600;
        assertEquals(
          offset(instant),
          offsetAt(instant, zone),
          `${day} ${hour}`,
        );
      }
    }
  }
});
