// <qh-grid data-save data-owner data-state data-side data-side-target>: makes the table of inputs inside it a grid as people
// know it from spreadsheets. The table is what the server wrote and what is read aloud; nothing is drawn anew.
import htmx from "htmx.org";
import { later, part, say } from "../lib";
import { type Answer, type SaveState, Saving, place } from "./saving";
import { block, type Cell, names, NOT_APPLICABLE, read, tidy } from "./sheet";
import { Tray, type Trouble } from "./tray";

interface Step {
  cell: Cell;
  from: string;
  to: string;
}

const ARROWS: Record<string, [number, number]> = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };

export class QhGrid extends HTMLElement {
  private table!: HTMLTableElement;
  private rows: Cell[][] = [];
  private byInput = new Map<HTMLInputElement, Cell>();
  private byPlace = new Map<string, Cell>();
  private at!: Cell; // where one is
  private from!: Cell; // where the selection begins
  private painted: HTMLTableCellElement[] = [];
  private editing = false;
  private leaving = false;
  private done: Step[][] = [];
  private undone: Step[][] = [];
  private saving: Saving | null = null;
  private unmatched = "";
  private readonly troubles = new Map<string, Trouble>();
  private readonly tray = new Tray({
    name: (cell) => this.name(cell),
    go: (cell) => this.go(cell, false),
    restore: (trouble) => this.restore(trouble),
    insist: (trouble) => this.insist(trouble),
  });
  private turn = 0; // of what is asked for beside the sheet
  private readonly beside = later(150, () => void this.showBeside());

  connectedCallback(): void {
    const table = this.querySelector<HTMLTableElement>("table.qh-sheet");
    const first = table ? (this.rows = read(table))[0]?.[0] : null;
    if (!table || !first || this.table) return;
    this.table = table;
    this.at = this.from = first;
    first.input.tabIndex = 0;
    for (const cell of this.rows.flat()) {
      this.byInput.set(cell.input, cell);
      this.byPlace.set(place(cell), cell);
      if (cell.td.classList.contains("refused")) this.troubles.set(place(cell), { cell, entry: cell.shown, refusal: { ...cell, reason: cell.td.querySelector("small")?.textContent ?? "", article: cell.td.dataset["article"] ?? "" } });
    }
    table.setAttribute("role", "grid");
    table.setAttribute("aria-multiselectable", "true");
    this.append(this.tray.element);
    if (this.dataset["save"]) {
      this.saving = new Saving(this.dataset["save"], this.dataset["owner"] ?? "", (answer, sent) => this.told(answer, sent), (state, text) => this.showState(state, text));
      this.comeBack(this.saving);
    }
    this.listen();
    this.showTray();
  }

  private listen(): void {
    const table = this.table;
    table.addEventListener("focusin", (event) => this.focused(this.byInput.get(event.target as HTMLInputElement)));
    table.addEventListener("focusout", (event) => this.commit(this.byInput.get(event.target as HTMLInputElement)));
    table.addEventListener("input", () => (this.editing = true));
    table.addEventListener("dblclick", () => (this.editing = true));
    table.addEventListener("keydown", (event) => this.key(event));
    table.addEventListener("mousedown", (event) => this.pressed(event));
    table.addEventListener("mouseover", (event) => this.dragged(event));
    table.addEventListener("copy", (event) => this.copied(event));
    table.addEventListener("cut", (event) => {
      if (this.copied(event)) this.fill(this.selected(), "");
    });
    table.addEventListener("paste", (event) => {
      const text = event.clipboardData?.getData("text/plain") ?? "";
      if (this.editing && !/[\t\n]/.test(text.trimEnd())) return; // into the middle of what is being typed
      event.preventDefault();
      this.paste(text);
    });
    this.querySelector("form")?.addEventListener("submit", (event) => {
      if (this.saving) event.preventDefault(); // saved already, cell by cell
    });
    this.side()?.addEventListener("change", (event) => this.besideChanged(event));
    for (const act of this.submits())
      act.form?.addEventListener("submit", (event) => {
        if (!this.saving) return;
        event.preventDefault(); // handed in is what the server has: first everything is saved
        this.commit(this.at);
        void this.saving.settle().then((all) => all && !act.disabled && act.form?.submit());
      });
    for (const act of document.querySelectorAll(`[data-grid-paste="${this.id}"]`))
      act.addEventListener("click", () => {
        this.go(this.at, false);
        const refused = (): void => this.say(say("浏览器不让读剪贴板：在表格里按 Ctrl+V。", "The browser does not show the clipboard: press Ctrl+V in the sheet."));
        if (navigator.clipboard?.readText) navigator.clipboard.readText().then((text) => this.paste(text), refused);
        else refused(); // over plain http there is none
      });
  }

  // ------------------------------------------------------------------------------------------------ where one is

  private focused(cell: Cell | undefined): void {
    if (!cell || cell === this.at) {
      if (cell) this.paint();
      return;
    }
    this.at.input.tabIndex = -1;
    cell.input.tabIndex = 0;
    this.at = cell;
    this.from = cell;
    this.editing = false;
    this.leaving = false;
    this.paint();
    this.beside();
  }

  private go(cell: Cell | undefined, extend: boolean): void {
    if (!cell) return;
    const from = this.from;
    this.commit(this.at);
    if (!cell.td.offsetParent) return void this.turnTo(cell); // on a phone one person stands alone
    cell.input.focus();
    this.from = extend ? from : cell;
    this.editing = false;
    cell.input.select();
    if (extend) this.paint();
  }

  private async turnTo(cell: Cell): Promise<void> {
    await this.saving?.settle();
    const where = new URLSearchParams(location.search);
    where.set("subject", cell.subject);
    where.set("item", cell.item);
    location.search = where.toString();
  }

  private step(rows: number, columns: number, extend = false): void {
    const row = Math.min(Math.max(this.at.row + rows, 0), this.rows.length - 1);
    const line = this.rows[row] ?? [];
    this.go(line[Math.min(Math.max(this.at.column + columns, 0), line.length - 1)], extend);
  }

  private selected(): Cell[] {
    const { from, at } = this;
    const rows = this.rows.slice(Math.min(from.row, at.row), Math.max(from.row, at.row) + 1);
    return rows.flatMap((row) => row.slice(Math.min(from.column, at.column), Math.max(from.column, at.column) + 1));
  }

  private paint(): void {
    for (const td of this.painted) {
      td.classList.remove("in", "at");
      td.removeAttribute("aria-selected");
      td.parentElement?.classList.remove("here");
    }
    const cells = this.selected();
    this.painted = [...cells.map((cell) => cell.td), this.at.td];
    if (cells.length > 1)
      for (const cell of cells) {
        cell.td.classList.add("in");
        cell.td.setAttribute("aria-selected", "true");
      }
    this.at.td.classList.add("at");
    this.at.td.parentElement?.classList.add("here");
  }

  private pressed(event: MouseEvent): void {
    const cell = this.under(event);
    if (!cell || event.button) return;
    if (event.shiftKey) {
      event.preventDefault();
      this.go(cell, true);
    } else if (cell !== this.at || document.activeElement !== cell.input) {
      event.preventDefault(); // the first click chooses the cell, the second puts the cursor into it
      this.go(cell, false);
    }
  }

  private dragged(event: MouseEvent): void {
    const cell = event.buttons & 1 && !this.editing ? this.under(event) : undefined;
    if (cell && cell !== this.at) this.go(cell, true);
  }

  private under(event: MouseEvent): Cell | undefined {
    const td = (event.target as Element).closest("td[data-item]");
    return td ? this.byInput.get(td.querySelector("input") as HTMLInputElement) : undefined;
  }

  // ------------------------------------------------------------------------------------------------ what stands beside

  private side(): Element | null {
    return this.dataset["side"] ? document.querySelector(this.dataset["sideTarget"] ?? "#qh-side") : null;
  }

  /** Records that are ticked and the comment belong to the cell they stand beside, and are saved with it. */
  private besideChanged(event: Event): void {
    const field = event.target as HTMLInputElement | HTMLTextAreaElement;
    const form = field.closest<HTMLFormElement>("form[data-subject]");
    const cell = this.byPlace.get(place({ subject: form?.dataset["subject"] ?? "", item: form?.dataset["item"] ?? "" }));
    if (!form || !cell || cell.locked) return;
    this.turn += 1; // what is on its way shows the cell as it was before
    const cites = [...form.querySelectorAll<HTMLInputElement>("input[name=cite]:checked")].map((each) => each.value);
    cell.more = { ...cell.more, ...(field.name === "cite" ? { cites } : { note: field.value }) };
    cell.td.classList.add("waits");
    this.saving?.put([cell]);
  }

  /** Tick the next record beside: the mark stands on it, and the hands stay at the keys. */
  private cite(): void {
    const form = this.side()?.querySelector<HTMLFormElement>("form[data-subject]");
    if (form?.dataset["subject"] !== this.at.subject || form.dataset["item"] !== this.at.item) return; // still on its way
    this.commit(this.at);
    form.querySelector<HTMLInputElement>("input[name=cite]:not(:checked):not(:disabled)")?.click();
  }

  private async showBeside(): Promise<void> {
    const { subject, item } = this.at;
    this.dispatchEvent(new CustomEvent("qh-cell", { bubbles: true, detail: { subject, item } }));
    const [side, from] = [this.side(), this.dataset["side"] ?? ""];
    if (!side) return;
    const turn = ++this.turn;
    const text = await part(`${from}${from.includes("?") ? "&" : "?"}${new URLSearchParams({ subject, item })}`);
    // somebody who has begun to write there is not interrupted; what is late belongs to another cell
    if (text === null || turn !== this.turn || side.contains(document.activeElement)) return;
    side.replaceChildren(...new DOMParser().parseFromString(text, "text/html").body.childNodes);
    htmx.process(side);
  }

  // ------------------------------------------------------------------------------------------------ keys

  private key(event: KeyboardEvent): void {
    if (event.isComposing || !this.byInput.has(event.target as HTMLInputElement)) return;
    if (this.command(event) || this.move(event)) event.preventDefault();
  }

  private command(event: KeyboardEvent): boolean {
    const key = event.key.toLowerCase();
    if (event.ctrlKey || event.metaKey) {
      if (key === "z" && this.editing) return false; // undone inside the cell by the browser
      if (key === "z" && !event.shiftKey) this.back();
      else if (key === "y" || key === "z") this.forth();
      else if (key === "d") this.fillDown();
      else if (key === "a" && !this.editing) this.all();
      else if (key === "enter") this.cite();
      else return false;
      return true;
    }
    if ((key === "delete" || key === "backspace") && !this.editing) {
      this.fill(this.selected(), "");
      return true;
    }
    if (key === "f2") {
      this.editing = true;
      this.at.input.setSelectionRange(this.at.input.value.length, this.at.input.value.length);
      return true;
    }
    if (key === "escape") {
      this.leaving = !this.editing; // Escape, then Tab: out of the sheet
      this.at.input.value = this.at.shown;
      this.editing = false;
      this.at.input.select();
      return true;
    }
    return false;
  }

  private move(event: KeyboardEvent): boolean {
    const arrow = ARROWS[event.key];
    if (arrow && !event.altKey) {
      if (this.editing && arrow[1] && !event.shiftKey) return false; // left and right stay in the text
      if (event.ctrlKey || event.metaKey) this.step(arrow[0] * this.rows.length, arrow[1] * 1000, event.shiftKey);
      else this.step(...arrow, event.shiftKey);
      return true;
    }
    if (event.key === "Enter") this.step(event.shiftKey ? -1 : 1, 0);
    else if (event.key === "Tab" && !this.leaving) return this.tab(event.shiftKey ? -1 : 1);
    else if (event.key === "PageDown" || event.key === "PageUp") this.step(event.key === "PageDown" ? 10 : -10, 0, event.shiftKey);
    else if (event.key === "Home" && !this.editing) this.step(event.ctrlKey ? -this.rows.length : 0, -1000, event.shiftKey);
    else if (event.key === "End" && !this.editing) this.step(event.ctrlKey ? this.rows.length : 0, 1000, event.shiftKey);
    else return false;
    return true;
  }

  private tab(step: number): boolean {
    const cells = this.rows.flat();
    const next = cells[cells.indexOf(this.at) + step];
    if (next) this.go(next, false);
    return next !== undefined; // after the last cell the page goes on
  }

  private all(): void {
    const last = this.rows.at(-1)?.at(-1);
    const first = this.rows[0]?.[0];
    if (!first || !last) return;
    this.go(first, false);
    this.go(last, true);
  }

  // ------------------------------------------------------------------------------------------------ changing

  private commit(cell: Cell | undefined): void {
    if (!cell) return;
    const to = tidy(cell.input.value);
    if (to !== cell.shown) this.apply([{ cell, from: cell.shown, to }]);
    else cell.input.value = cell.shown;
  }

  /** The one way in which cells change: remembered for undo, shown, saved. */
  private apply(steps: Step[], remember = true): void {
    const real = steps.filter(({ cell, from, to }) => !cell.locked && from !== to);
    if (!real.length) return;
    if (remember) {
      this.done.push(real);
      this.undone = [];
    }
    for (const { cell, to } of real) {
      this.troubles.delete(place(cell));
      this.dress(cell, to);
      cell.td.classList.add("waits");
    }
    this.saving?.put(real.map(({ cell }) => cell));
    this.showTray();
  }

  /** Let a cell look as its value says. */
  private dress(cell: Cell, shown: string): void {
    cell.shown = shown;
    cell.input.value = shown;
    cell.input.removeAttribute("aria-invalid");
    cell.td.querySelector("small")?.remove();
    cell.td.classList.remove("refused", "conflict", "zero", "waits");
    cell.td.classList.toggle("unrated", shown === "");
    cell.td.classList.toggle("na", shown === NOT_APPLICABLE);
  }

  private fill(cells: Cell[], to: string): void {
    this.apply(cells.map((cell) => ({ cell, from: cell.shown, to })));
    this.at.input.select();
  }

  private fillDown(): void {
    this.commit(this.at);
    const cells = this.selected();
    const top = Math.min(this.from.row, this.at.row);
    const source = cells.length > 1 ? top : top - 1;
    this.apply(cells.filter((cell) => cell.row !== source).map((cell) => ({ cell, from: cell.shown, to: this.rows[source]?.[cell.column]?.shown ?? cell.shown })));
  }

  private back(): void {
    const steps = this.done.pop();
    if (!steps) return;
    this.undone.push(steps);
    this.replay(steps.map(({ cell, from, to }) => ({ cell, from: to, to: from })));
  }

  private forth(): void {
    const steps = this.undone.pop();
    if (!steps) return;
    this.done.push(steps);
    this.replay(steps);
  }

  private replay(steps: Step[]): void {
    this.apply(steps, false);
    const cell = steps[0]?.cell;
    if (cell) this.go(cell, false);
  }

  // ------------------------------------------------------------------------------------------------ clipboard

  private copied(event: ClipboardEvent): boolean {
    const cells = this.selected();
    if (this.editing && cells.length === 1) return false; // a piece of the text
    const text = cells.map((cell, place) => (place === 0 ? "" : cell.row === cells[place - 1]?.row ? "\t" : "\n") + cell.shown).join("");
    event.clipboardData?.setData("text/plain", text);
    event.preventDefault();
    return true;
  }

  private paste(text: string): void {
    this.commit(this.at);
    const rows = block(text);
    const named = this.byNames(rows);
    if (named) return this.apply(named);
    this.unmatched = "";
    const selected = this.selected();
    const one = rows.length === 1 && rows[0]?.length === 1 ? tidy(rows[0][0] ?? "") : null;
    if (one !== null) return this.fill(selected, one);
    const top = Math.min(this.from.row, this.at.row);
    const left = Math.min(this.from.column, this.at.column);
    let beyond = 0;
    const steps = rows.flatMap((row, down) =>
      row.flatMap((value, right): Step[] => {
        const cell = this.rows[top + down]?.[left + right];
        if (!cell || cell.locked) beyond += 1;
        return cell ? [{ cell, from: cell.shown, to: tidy(value) }] : [];
      }),
    );
    if (beyond) this.unmatched = say(`${beyond} 格在表格之外或已锁定，没有填。`, `${beyond} cells lie outside or are locked.`);
    this.apply(steps);
    this.from = this.rows[top]?.[left] ?? this.from;
    this.go(this.rows[Math.min(top + rows.length, this.rows.length) - 1]?.[Math.min(left + (rows[0]?.length ?? 1), this.rows[0]?.length ?? 1) - 1], true);
    this.showTray();
  }

  /** A block that brings its own heads and names goes where they say, in whatever order; what has no place is listed. */
  private byNames(rows: string[][]): Step[] | null {
    const flat = (text: string | undefined): string => (text ?? "").replace(/\s/g, "");
    const heads = new Map([...this.table.querySelectorAll("thead th[data-item]")].map((th, column) => [names(th)[0], column]));
    const columns = (rows[0] ?? []).map((head) => heads.get(flat(head)));
    if (new Set(columns.filter((column) => column !== undefined)).size < 2) return null;
    const people = new Map(this.rows.flatMap((row, at) => names(row[0]?.td.parentElement?.querySelector("th")).map((name) => [name, at] as const)));
    const lost = (rows[0] ?? []).filter((head, place) => columns[place] === undefined && place > 0 && head.trim());
    const steps: Step[] = [];
    for (const row of rows.slice(1)) {
      // a score may read like somebody's number: names are looked for outside of the columns of scores
      const at = row.map((value, place) => (columns[place] === undefined ? people.get(flat(value)) : undefined)).find((found) => found !== undefined);
      if (at === undefined) lost.push(row[0] ?? "");
      else
        row.forEach((value, place) => {
          const cell = this.rows[at]?.[columns[place] ?? -1];
          if (cell) steps.push({ cell, from: cell.shown, to: tidy(value) });
        });
    }
    const left = lost.filter((each) => each.trim());
    this.unmatched = left.length ? say(`对不上，没有填：${left.join("、")}`, `Not found, not filled in: ${left.join(", ")}`) : "";
    return steps;
  }

  // ------------------------------------------------------------------------------------------------ the server's word

  private told(answer: Answer, sent: Map<string, string>): void {
    for (const each of answer.saved) {
      const cell = this.byPlace.get(place(each));
      if (!cell) continue;
      cell.rev = each.rev;
      const value = each.missing === "not_applicable" ? NOT_APPLICABLE : each.value;
      const untouched = cell.shown === sent.get(place(cell));
      cell.kept = value || (untouched ? cell.shown : "");
      if (untouched && document.activeElement !== cell.input) this.dress(cell, cell.kept);
      else if (untouched) cell.td.classList.remove("waits");
      cell.td.toggleAttribute("data-norecord", each.cited === false && each.value !== "");
      if (cell === this.at) this.beside();
    }
    for (const refusal of answer.refused) this.trouble("refused", refusal.reason, { refusal }, refusal);
    for (const conflict of answer.conflicts) this.trouble("conflict", say(`${conflict.by}：${conflict.value}`, `${conflict.by}: ${conflict.value}`), { conflict }, conflict);
    for (const each of answer.shown ?? []) {
      const td = this.table.querySelector(`tr[data-subject="${CSS.escape(String(each.subject))}"] [data-calc="${CSS.escape(each.item)}"]`);
      (td?.querySelector(".qh-num") ?? td)?.replaceChildren(each.text);
    }
    this.showTray();
    this.showSubmit(answer);
    this.dispatchEvent(new CustomEvent("qh-saved", { bubbles: true, detail: answer }));
  }

  /** The server counts the open cells; whatever is on the screen, the button follows its count. */
  private showSubmit(answer: Answer): void {
    for (const act of this.submits()) {
      if (answer.open !== undefined) act.disabled = answer.open > 0;
      if (answer.submit) act.textContent = answer.submit;
    }
  }

  private submits(): HTMLButtonElement[] {
    return [...document.querySelectorAll<HTMLButtonElement>(`button[data-grid-submit="${this.id}"]`)];
  }

  private trouble(look: "refused" | "conflict", text: string, more: Omit<Trouble, "cell" | "entry">, at: { subject: string | number; item: string }): void {
    const cell = this.byPlace.get(place(at));
    if (!cell) return;
    this.saving?.drop(cell);
    this.troubles.set(place(cell), { cell, entry: cell.shown, ...more });
    cell.td.classList.remove("waits", "unrated");
    cell.td.classList.add(look);
    cell.input.setAttribute("aria-invalid", "true");
    const said = cell.td.querySelector("small") ?? cell.td.appendChild(document.createElement("small"));
    said.textContent = text;
  }

  private restore(trouble: Trouble): void {
    const { cell, conflict } = trouble;
    this.troubles.delete(place(cell));
    if (conflict) {
      cell.rev = conflict.rev;
      cell.kept = conflict.missing === "not_applicable" ? NOT_APPLICABLE : conflict.value;
    }
    this.dress(cell, cell.kept);
    this.showTray();
    this.go(cell, false);
  }

  private insist(trouble: Trouble): void {
    const { cell, conflict } = trouble;
    this.troubles.delete(place(cell));
    cell.rev = conflict?.rev ?? cell.rev;
    this.dress(cell, trouble.entry);
    this.saving?.put([cell]);
    this.showTray();
    this.go(cell, false);
  }

  /** Entries that stayed on this machine come back, as if they were typed now. */
  private comeBack(saving: Saving): void {
    const steps = saving.left().flatMap((each): Step[] => {
      const cell = this.byPlace.get(place(each));
      if (!cell) return [];
      cell.rev = each.rev; // the one they were made against: if somebody was faster, both values are shown
      return [{ cell, from: cell.shown, to: each.missing ? NOT_APPLICABLE : each.value }];
    });
    this.apply(steps);
  }

  private showTray(): void {
    const open = this.rows.flat().filter((cell) => cell.shown === "" && !cell.locked);
    this.tray.show([...this.troubles.values()], open, this.unmatched);
    this.dispatchEvent(new CustomEvent("qh-open", { bubbles: true, detail: { open: open.length, refused: this.troubles.size } }));
  }

  private showState(state: SaveState, text: string): void {
    const place = document.getElementById(this.dataset["state"] ?? "");
    if (!place) return;
    place.dataset["state"] = state;
    (place.querySelector("b") ?? place).textContent = text;
  }

  private say(text: string): void {
    this.unmatched = text;
    this.showTray();
  }

  private name(cell: Cell): string {
    const head = this.table.querySelector(`thead th[data-item="${CSS.escape(cell.item)}"]`);
    const said = (th: Element | null | undefined): string => th?.firstChild?.textContent?.trim() ?? "";
    return `${said(cell.td.parentElement?.querySelector("th"))} · ${said(head)}`;
  }
}
