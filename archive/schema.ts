/**
 * The tables of an archive's file, version by version.
 *
 * @module
 */

/** Marks a file as an archive: "esmo" as a number. */
export const APPLICATION_ID = 0x65736d6f;

const TESTS_AND_POINTS = `
CREATE TABLE test (
  id INTEGER PRIMARY KEY,
  key TEXT NOT NULL UNIQUE,           -- 32 hex digits, the beginning of the checksum
  checksum TEXT NOT NULL UNIQUE,      -- 64 hex digits: the description, letter case aside
  created INTEGER NOT NULL,           -- seconds since 1970 UTC, as all times
  subject_type TEXT NOT NULL,
  source TEXT NOT NULL,
  destination TEXT,                   -- NULL for a network-element
  measurement_agent TEXT NOT NULL,
  tool_name TEXT NOT NULL,
  input_source TEXT NOT NULL,
  input_destination TEXT
);
CREATE INDEX test_source ON test (source);
CREATE INDEX test_destination ON test (destination);
CREATE INDEX test_agent ON test (measurement_agent);

CREATE TABLE parameter (
  test INTEGER NOT NULL REFERENCES test,
  name TEXT NOT NULL,                 -- as posted
  value TEXT NOT NULL,                -- as esmond shows and compares it
  json TEXT NOT NULL,                 -- as posted
  PRIMARY KEY (test, name)
) WITHOUT ROWID;
CREATE INDEX parameter_value ON parameter (name, value);

CREATE TABLE series (
  id INTEGER PRIMARY KEY,
  test INTEGER NOT NULL REFERENCES test,
  event_type TEXT NOT NULL,
  time_updated INTEGER,               -- last write
  UNIQUE (test, event_type)
);
CREATE INDEX series_event_type ON series (event_type);

CREATE TABLE summary (
  series INTEGER NOT NULL REFERENCES series,
  type TEXT NOT NULL,
  seconds INTEGER NOT NULL,           -- the window
  times INTEGER NOT NULL,             -- how often it was declared
  PRIMARY KEY (series, type, seconds)
) WITHOUT ROWID;

-- A number is number / divisor; everything else is JSON text. With the divisor
-- 0, the number is a value as the source of a copy gave it: its counts are unknown.
CREATE TABLE point (
  series INTEGER NOT NULL REFERENCES series,
  ts INTEGER NOT NULL,
  number INTEGER,
  divisor INTEGER,
  json TEXT,
  PRIMARY KEY (series, ts)
) WITHOUT ROWID;

-- What the points of a window add up to: sum and count, sum and sum, or a histogram.
CREATE TABLE bin (
  series INTEGER NOT NULL REFERENCES series,
  seconds INTEGER NOT NULL,
  ts INTEGER NOT NULL,
  number INTEGER,
  divisor INTEGER,
  json TEXT,
  PRIMARY KEY (series, seconds, ts)
) WITHOUT ROWID;
`;

const COPIES = `
-- A run that copied from another archive into this file.
CREATE TABLE copy (
  id INTEGER PRIMARY KEY,
  url TEXT NOT NULL,                  -- of the source
  dialect TEXT NOT NULL,              -- of the source: esmond or elmond
  selection TEXT NOT NULL,            -- what was asked for, as JSON
  begun INTEGER NOT NULL,
  finished INTEGER                    -- NULL while a part is missing
);

-- How far a series, or a roll-up of it, is copied.
CREATE TABLE copied (
  id INTEGER PRIMARY KEY,
  series INTEGER NOT NULL REFERENCES series,
  type TEXT NOT NULL,                 -- base, or the type of the roll-up
  seconds INTEGER NOT NULL,           -- its window
  spans TEXT NOT NULL,                -- [[first, last second], ...]: read whole
  last INTEGER,                       -- the last second that had a point
  copy INTEGER REFERENCES copy,       -- the last run that read it to its end
  UNIQUE (series, type, seconds)
);

-- The values of a roll-up as the source of a copy gave them. They stand before
-- what the points here add up to: the source may have had more of them.
CREATE TABLE given (
  copied INTEGER NOT NULL REFERENCES copied,
  ts INTEGER NOT NULL,
  number INTEGER,
  divisor INTEGER,                    -- 0: number is the value
  json TEXT,
  PRIMARY KEY (copied, ts)
) WITHOUT ROWID;

ALTER TABLE test ADD COLUMN entry TEXT; -- of a copy: its JSON in the source's list
ALTER TABLE test ADD COLUMN place INTEGER; -- of a copy: its place in that list
CREATE INDEX test_place ON test (place, key);
`;

/** What each version adds to the one before, from the first on. */
export const SCHEMAS: readonly string[] = [TESTS_AND_POINTS, COPIES];

/** The version of a file; one of a newer version is refused. */
export const SCHEMA_VERSION: number = SCHEMAS.length;
