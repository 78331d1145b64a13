// Keeps what was entered until the server has it: sends changes in one go a moment after the last, tells of refusals and
// conflicts, and without network keeps them on this machine, for this person, until there is one again.
import { later, post, say, unique } from "../lib";
import { type Cell, meant } from "./sheet";

export interface Refusal {
  subject: string | number;
  item: string;
  reason: string;
  article?: string;
}
export interface Conflict {
  subject: string | number;
  item: string;
  rev: number;
  value: string;
  missing?: string;
  by: string;
  at: string;
}
export interface Answer {
  saved: { subject: string | number; item: string; rev: number; value: string; missing?: string }[];
  refused: Refusal[];
  conflicts: Conflict[];
  /** figures of other columns that follow: [{subject, item, text}] for td[data-calc=item] */
  shown?: { subject: string | number; item: string; text: string }[];
  state: string;
}

export type SaveState = "saved" | "saving" | "local" | "failed";

interface Sent {
  subject: string;
  item: string;
  rev: number;
  value: string;
  missing: string;
}

export class Saving {
  private readonly waiting = new Map<string, Cell>();
  private readonly soon = later(600, () => void this.send());
  private readonly store: string;
  private underway = false;
  private key = "";
  private again = 0;

  constructor(
    private readonly url: string,
    owner: string,
    private readonly told: (answer: Answer, sent: Map<string, string>) => void,
    private readonly state: (state: SaveState, text: string) => void,
  ) {
    this.store = `qh-grid ${owner} ${url}`;
    window.addEventListener("online", () => void this.send());
    window.addEventListener("beforeunload", (event) => {
      if (this.waiting.size && !this.held()) event.preventDefault();
    });
  }

  put(cells: Cell[]): void {
    for (const cell of cells) this.waiting.set(place(cell), cell);
    if (!cells.length) return;
    this.key = "";
    this.state("saving", say("正在保存", "Saving"));
    this.soon();
  }

  /** Take a cell out again: it shows what the server has. */
  drop(cell: Cell): void {
    this.waiting.delete(place(cell));
  }

  /** What was left here without network last time. */
  left(): Sent[] {
    const text = this.held();
    return text ? (JSON.parse(text) as Sent[]) : [];
  }

  private held(): string | null {
    return localStorage.getItem(this.store);
  }

  private async send(): Promise<void> {
    if (this.underway || !this.waiting.size) return;
    this.underway = true;
    window.clearTimeout(this.again);
    const cells: Sent[] = [...this.waiting.values()].map((cell) => ({ subject: cell.subject, item: cell.item, rev: cell.rev, ...meant(cell.shown) }));
    const sent = new Map([...this.waiting].map(([at, cell]) => [at, cell.shown]));
    this.key ||= unique(); // the same try again has the same key: what arrived twice counts once
    let answer: Response | null = null;
    try {
      answer = await post(this.url, { key: this.key, cells: cells.map((cell) => ({ ...cell, subject: Number(cell.subject) || cell.subject })) });
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
    }
    this.underway = false;
    if (!answer || answer.status >= 500) return this.keep(cells);
    localStorage.removeItem(this.store);
    if (!answer.ok || !answer.headers.get("Content-Type")?.includes("json")) {
      this.keep(cells);
      this.state("failed", say(`没有保存（${answer.status}），先刷新本页`, `Not saved (${answer.status}): reload the page`));
      return;
    }
    this.key = "";
    for (const [at, shown] of sent) if (this.waiting.get(at)?.shown === shown) this.waiting.delete(at);
    const body = (await answer.json()) as Answer;
    this.told(body, sent);
    this.state(body.refused.length || body.conflicts.length ? "failed" : "saved", body.state);
    if (this.waiting.size) this.soon();
  }

  private keep(cells: Sent[]): void {
    localStorage.setItem(this.store, JSON.stringify(cells));
    this.state("local", say(`网络断开，${cells.length} 格留在本机`, `No network: ${cells.length} cells kept here`));
    this.again = window.setTimeout(() => void this.send(), 10_000);
  }
}

export function place(of: { subject: string | number; item: string }): string {
  return `${of.subject}\t${of.item}`;
}
