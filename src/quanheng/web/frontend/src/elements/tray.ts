// Beneath the sheet: what was refused and what two people changed, each with its ways out; what is still open; what did not fit.
import { button, icon, make, say } from "../lib";
import type { Conflict, Refusal } from "./saving";
import { type Cell, NOT_APPLICABLE } from "./sheet";

export interface Trouble {
  cell: Cell;
  entry: string;
  refusal?: Refusal;
  conflict?: Conflict;
}

export interface Ways {
  name: (cell: Cell) => string;
  restore: (trouble: Trouble) => void;
  insist: (trouble: Trouble) => void;
  go: (cell: Cell) => void;
}

const SHOWN = 8; // more places than one can take in help nobody

export class Tray {
  readonly element = make("section", "qh-tray-card qh-tray qh-no-print");
  private readonly list = make("ul");

  constructor(private readonly ways: Ways) {
    this.element.setAttribute("aria-label", say("待处理的格子", "Cells to look at"));
    this.list.setAttribute("aria-live", "polite");
    this.element.append(this.list);
  }

  show(troubles: Trouble[], open: Cell[], unmatched: string): void {
    const entries = troubles.map((trouble) => (trouble.conflict ? this.conflict(trouble, trouble.conflict) : this.refusal(trouble)));
    if (unmatched) entries.push(make("li", "", mark("alert-circle", "qh-warn", say("没有全部粘贴", "Not all was pasted")), make("span", "", unmatched)));
    entries.push(make("li", "qh-tray-open", ...this.open(open), make("span", "qh-small qh-mute qh-end", say("Tab 下一格　Ctrl+Enter 勾一条记录　Ctrl+D 向下填　Ctrl+Z 撤销", "Tab next · Ctrl+Enter tick a record · Ctrl+D fill down · Ctrl+Z undo"))));
    this.list.replaceChildren(...entries);
  }

  private open(cells: Cell[]): Node[] {
    if (!cells.length) return [mark("check", "qh-ok", say("没有未评的格子", "No open cell"))];
    const links = cells.slice(0, SHOWN).map((cell) => button(this.ways.name(cell), "qh-num qh-plain-button", () => this.ways.go(cell)));
    return [mark("circle-dashed", "qh-warn", say(`未评 ${cells.length} 格`, `${cells.length} not rated`)), ...links, ...(cells.length > SHOWN ? ["…"] : []).map((text) => document.createTextNode(text))];
  }

  private refusal(trouble: Trouble): HTMLLIElement {
    const { cell, entry, refusal } = trouble;
    const article = refusal?.article ? say(`（${refusal.article}）`, ` (${refusal.article})`) : "";
    const kept = cell.kept ? say(`原值 ${cell.kept} 没有改动。`, `The value ${cell.kept} has not changed.`) : say("这一格仍是未评。", "The cell is still not rated.");
    const words = make("span", "", make("b", "", this.ways.name(cell)), "　", say(`填了 ${entry}，${refusal?.reason ?? ""}${article}。`, `${entry} was entered: ${refusal?.reason ?? ""}${article}. `), kept);
    const restore = button(cell.kept ? say(`恢复 ${cell.kept}`, `Restore ${cell.kept}`) : say("恢复未评", "Leave it open"), "btn btn-sm", () => this.ways.restore(trouble));
    return make("li", "", mark("ban", "qh-bad", say("拒收", "Refused")), words, restore, button(say("去改", "Correct"), "btn btn-sm", () => this.ways.go(cell)));
  }

  private conflict(trouble: Trouble, theirs: Conflict): HTMLLIElement {
    const value = theirs.missing === "not_applicable" ? NOT_APPLICABLE : theirs.value || say("未评", "not rated");
    const entry = trouble.entry || say("未评", "not rated");
    const words = make("span", "", make("b", "", this.ways.name(trouble.cell)), "　", say(`${theirs.by} ${theirs.at} 填 ${value}，你填 ${entry}。`, `${theirs.by} entered ${value} at ${theirs.at}, you ${entry}.`));
    const take = button(say(`用 ${value}`, `Use ${value}`), "btn btn-sm", () => this.ways.restore(trouble));
    return make("li", "", mark("arrows-diff", "qh-warn", say("两人改了同一格", "Changed by two")), words, take, button(say(`用 ${entry}`, `Use ${entry}`), "btn btn-sm", () => this.ways.insist(trouble)));
  }
}

function mark(sign: string, look: string, text: string): HTMLElement {
  return make("b", `${look} qh-nowrap`, icon(sign), " ", text);
}
