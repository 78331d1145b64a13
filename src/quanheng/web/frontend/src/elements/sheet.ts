// The cells of a score sheet as the table holds them, and blocks of text as a spreadsheet program puts them on the clipboard.
import { say } from "../lib";

export const NOT_APPLICABLE = say("不适用", "N/A");

export interface Cell {
  td: HTMLTableCellElement;
  input: HTMLInputElement;
  subject: string;
  item: string;
  row: number;
  column: number;
  rev: number;
  /** what the server holds, in the words of the sheet */
  kept: string;
  /** what the sheet shows, committed; the input may be ahead of it while one types */
  shown: string;
  locked: boolean;
  /** comment and records from beside the sheet that have not been sent yet */
  more?: More | undefined;
}

export interface More {
  note?: string;
  cites?: string[];
}

/** Read the table into rows of cells. */
export function read(table: HTMLTableElement): Cell[][] {
  const rows: Cell[][] = [];
  for (const tr of table.tBodies[0]?.rows ?? []) {
    const subject = tr.dataset["subject"];
    if (!subject) continue;
    const row: Cell[] = [];
    for (const td of tr.cells) {
      const item = td.dataset["item"];
      const input = item ? td.querySelector("input") : null;
      if (!item || !input) continue;
      const kept = td.dataset["missing"] === "not_applicable" ? NOT_APPLICABLE : (input.dataset["was"] ?? input.value);
      input.tabIndex = -1;
      row.push({ td, input, subject, item, row: rows.length, column: row.length, rev: Number(td.dataset["rev"] ?? 0), kept, shown: input.value, locked: input.readOnly });
    }
    rows.push(row);
  }
  return rows;
}

/** One spelling for what means the same: full-width figures, true minus, the words for missing. */
export function tidy(text: string): string {
  const plain = text.normalize("NFKC").replace(/[−–]/g, "-").replace(/(?<=\d)[,\s](?=\d{3}(\D|$))/g, "").trim();
  if (/^(不适用|n\/?a|\/)$/i.test(plain)) return NOT_APPLICABLE;
  if (/^(未评|not rated|-|—)$/i.test(plain)) return "";
  return plain;
}

/** What goes to the server for what the sheet shows. */
export function meant(shown: string): { value: string; missing: string } {
  return shown === NOT_APPLICABLE ? { value: "", missing: "not_applicable" } : { value: shown, missing: "" };
}

/** Split what Excel, WPS and LibreOffice copy: tabs and line ends, quotes around what contains them. */
export function block(text: string): string[][] {
  const rows: string[][] = [[]];
  let field = "";
  let quoted = false;
  const end = (): void => {
    rows.at(-1)?.push(field);
    field = "";
  };
  const source = text.replace(/\r\n?/g, "\n").replace(/\n$/, "");
  for (let at = 0; at < source.length; at++) {
    const sign = source.charAt(at);
    if (quoted && sign === '"' && source.charAt(at + 1) === '"') {
      field += '"';
      at += 1;
    } else if (quoted && sign === '"') quoted = false;
    else if (!quoted && sign === '"' && field === "") quoted = true;
    else if (!quoted && sign === "\t") end();
    else if (!quoted && sign === "\n") {
      end();
      rows.push([]);
    } else field += sign;
  }
  end();
  return rows;
}

/** The name a head or a row goes by: its first words, and for a row also the number beneath. */
export function names(head: Element | null | undefined): string[] {
  const first = head?.firstChild?.textContent?.replace(/\s/g, "") ?? "";
  const under = head?.querySelector("small")?.textContent?.trim().split(/\s*·\s*/)[0] ?? "";
  return [first, under].filter(Boolean);
}
