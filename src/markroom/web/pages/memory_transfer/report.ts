/** What an import did, or would do, in words. */

export interface ImportReport {
  created: number;
  unchanged: number;
  duplicates: number;
  differing: number;
  links_dropped: number;
  refused: number;
  problems: { line: number; reason: string }[];
}

const WORDS: [Exclude<keyof ImportReport, "problems">, string, string][] = [
  ["created", "1 new memory", "# new memories"],
  ["unchanged", "1 is here as it is", "# are here as they are"],
  ["duplicates", "1 says what is kept already", "# say what is kept already"],
  ["differing", "1 is here with other words and stays so", "# are here with other words and stay so"],
  ["links_dropped", "1 loses its link to what is not here", "# lose links to what is not here"],
  ["refused", "1 line cannot be read", "# lines cannot be read"],
];

export function sayReport(report: ImportReport): string[] {
  const said = WORDS.filter(([what]) => report[what] > 0).map(([what, one, many]) => (report[what] === 1 ? one : many.replace("#", String(report[what]))));
  return said.length ? said : ["the file holds no memory"];
}
