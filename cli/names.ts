/**
 * The names that the whole program shares, as types: no values, no imports, so
 * that every file may use them.
 *
 * @module
 */

/** The commands that print what an archive has, as the original client's do. */
export type QueryName = "get-endpoints" | "get-metadata" | "get" | "get-bulk";

/** The commands that say what the measurements mean. */
export type AnswerName =
  | "coverage"
  | "latest"
  | "check"
  | "routes"
  | DrawingName;

/** Those of them that draw. */
export type DrawingName = "plot" | "mesh";

/** The command that copies what it reads. */
export type CopyName = "copy";

/** The commands that read an archive. */
export type ReadingName = QueryName | AnswerName | CopyName;

/** The commands that write to an archive. */
export type PostName = "post-metadata" | "post";

/** The commands. */
export type CommandName =
  | ReadingName
  | PostName
  | "serve"
  | "install-links"
  | "completions"
  | "trust";

/** The help topics that are not commands. */
export type TopicName = "exit-codes" | "formats" | "time" | "environment";

/** The formats of the output. */
export type Format =
  | "human"
  | "json"
  | "csv"
  | "ndjson"
  | "parquet"
  | "openmetrics"
  | "svg"
  | "html";

/** The formats of points that are posted. */
export type InputFormat = "json" | "ndjson" | "csv";

/** The part of a series that one Parquet file holds. */
export type Partition = "day" | "month";

/** The shells that have completions. */
export type Shell = "bash" | "zsh" | "fish" | "powershell";

/**
 * A parsed command line. What reads a few options declares only those:
 * `ParsedOptions<"url", "pin", "insecure">`. Whoever has more may call it,
 * whoever has less does not compile: so these are not methods.
 */
export interface ParsedOptions<
  Text extends string,
  List extends string = never,
  Flag extends string = never,
> {
  /** The value of an option, or `undefined` if it is not given. */
  readonly text: (long: Text) => string | undefined;
  /** The values of an option that may be repeated. */
  readonly texts: (long: List) => string[];
  /** Whether a flag is given. */
  readonly flag: (long: Flag) => boolean;
  /** The words that belong to no option. */
  readonly words: readonly string[];
  /** Those of the words that follow the value of an option directly. */
  readonly wordsAfter: (long: Text) => readonly string[];
}
