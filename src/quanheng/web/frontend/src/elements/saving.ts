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
  saved: { subject: string | number; item: string; rev: number; value: string; missing?: string; cited?: boolean }[];
  refused: Refusal[];
  conflicts: Conflict[];
  /** figures of other columns that follow: [{subject, item, text}] for td[data-calc=item] */
  shown?: { subject: string | number; item: string; text: string }[];
  state: string;
  /** how many cells are open by the server's count, and what the button for handing in says then */
  open?: number;
  submit?: string;
}

export type SaveState = "saved" | "saving" | "local" | "failed";

interface Sent {
  subject: string;
  item: string;
  rev: number;
  value: string;
  missing: string;
  note?: string;
  cites?: string[];
}

const MOST_BYTES = 60_000; // a browser sends no more once its page is gone

export class Saving {
  private readonly waiting = new Map<string, Cell>();
  private readonly soon = later(600, () => void this.send());
  private readonly store: string;
  private underway = false;
  private key = "";
  private again = 0;
  private stuck = false;
  private current: Promise<void> | null = null;

  constructor(
    private readonly url: string,
    owner: string,
    private readonly told: (answer: Answer, sent: Map<string, string>) => void,
    private readonly state: (state: SaveState, text: string) => void,
  ) {
    this.store = `qh-grid ${owner} ${url}`;
    window.addEventListener("online", () => void this.send());
    document.addEventListener("visibilitychange", () => document.visibilityState === "hidden" && void this.send());
    window.addEventListener("beforeunload", (event) => {
      void this.send();
      if (this.waiting.size * 100 > MOST_BYTES && !this.held()) event.preventDefault();
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

  /** Send now what waits; resolves when nothing does, or when the server has not taken it. */
  async settle(): Promise<boolean> {
    while (this.waiting.size || this.underway) {
      await (this.current ?? this.send());
      if (this.stuck) return false;
    }
    return true;
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
    this.current = this.sending();
    await this.current;
    this.current = null;
  }

  private async sending(): Promise<void> {
    this.underway = true;
    this.stuck = false;
    window.clearTimeout(this.again);
    const cells: Sent[] = [...this.waiting.values()].map((cell) => ({ subject: cell.subject, item: cell.item, rev: cell.rev, ...meant(cell.shown), ...cell.more }));
    const added = new Map([...this.waiting].map(([at, cell]) => [at, cell.more]));
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
    const json = answer.headers.get("Content-Type")?.includes("json");
    if (!answer.ok || !json) {
      // asked again it would be refused again: what was entered stays on the screen, with the reason
      const reason = json ? ((await answer.json()) as { refusal?: string }).refusal : "";
      this.stuck = true;
      this.state("failed", reason || say(`没有保存（${answer.status}），先刷新本页`, `Not saved (${answer.status}): reload the page`));
      return;
    }
    this.key = "";
    for (const [at, shown] of sent) {
      const cell = this.waiting.get(at);
      if (!cell || cell.shown !== shown || cell.more !== added.get(at)) continue;
      this.waiting.delete(at);
      cell.more = undefined;
    }
    const body = (await answer.json()) as Answer;
    this.told(body, sent);
    const left = body.refused.length + body.conflicts.length;
    this.state(left ? "failed" : "saved", left ? say(`${left} 格待处理`, `${left} cells to look at`) : body.state);
    if (this.waiting.size) this.soon();
  }

  private keep(cells: Sent[]): void {
    this.stuck = true;
    localStorage.setItem(this.store, JSON.stringify(cells));
    this.state("local", say(`网络断开，${cells.length} 格留在本机`, `No network: ${cells.length} cells kept here`));
    this.again = window.setTimeout(() => void this.send(), 10_000);
  }
}

export function place(of: { subject: string | number; item: string }): string {
  return `${of.subject}\t${of.item}`;
}
