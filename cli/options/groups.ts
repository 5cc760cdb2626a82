/**
 * The groups that options are listed in.
 *
 * @module
 */

/** A group of options. */
export interface OptionGroup {
  /** Its heading. */
  title: string;
  /**
   * Whether a long help only names its options; `--help all` describes them.
   */
  isRare?: true;
}

/** The groups, in the order of the help. */
export const GROUPS = {
  read: { title: "What to read" },
  write: { title: "What to write" },
  data: { title: "What to serve" },
  access: { title: "Who may connect" },
  time: { title: "Time" },
  judge: { title: "What counts" },
  output: { title: "Output" },
  filters: { title: "More filters", isRare: true },
  rollups: { title: "Roll-ups", isRare: true },
  zones: { title: "Time zones", isRare: true },
  fine: { title: "Fine points", isRare: true },
  mirror: { title: "Mirrors", isRare: true },
  shown: { title: "How it is shown", isRare: true },
  connection: { title: "Connection", isRare: true },
  certificates: { title: "Certificates", isRare: true },
  old: { title: "Accepted, without effect", isRare: true },
  help: { title: "Help", isRare: true },
} as const satisfies Record<string, OptionGroup>;

/** The name of a group. */
export type GroupName = keyof typeof GROUPS;
