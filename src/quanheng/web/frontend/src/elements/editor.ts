// <qh-editor data-check>: a text area that numbers its lines and shows what is wrong where it is, while one types.
// Behind the text lies the same text, unseen, line by line: it carries the numbers and the marks and gives the height.
import { button, fresh, later, make, post, say } from "../lib";

interface Fault {
  line: number;
  column: number;
  end_column: number;
  code: string;
  says: string;
  hint?: string;
  severity: "error" | "warning";
}

export class QhEditor extends HTMLElement {
  private readonly behind = make("div", "qh-editor-behind");
  private readonly list = make("ol", "qh-faults");
  private readonly said = make("p", "qh-small qh-mute");
  private text!: HTMLTextAreaElement;
  private faults: Fault[] = [];
  private turn = 0;

  connectedCallback(): void {
    const text = this.querySelector("textarea");
    if (!text || this.text) return;
    this.text = text;
    const box = make("div", "qh-editor-box");
    text.before(box);
    this.behind.setAttribute("aria-hidden", "true");
    this.said.setAttribute("role", "status");
    this.list.id = fresh("qh-faults");
    box.append(this.behind, text);
    this.append(this.said, this.list);
    const check = later(400, () => void this.check());
    text.addEventListener("input", () => {
      this.paint();
      check();
    });
    this.paint();
    void this.check();
  }

  private async check(): Promise<void> {
    const turn = ++this.turn;
    const answer = this.dataset["check"] ? await post(this.dataset["check"], { text: this.text.value }).catch(() => null) : null;
    if (turn !== this.turn) return;
    if (!answer?.ok) {
      this.said.textContent = this.dataset["check"] ? say("暂时不能检查，文本没有丢。", "Cannot check just now; the text is kept.") : "";
      return;
    }
    this.faults = (await answer.json()) as Fault[];
    if (turn !== this.turn) return;
    this.paint();
    const errors = this.faults.filter((fault) => fault.severity === "error").length;
    const rest = this.faults.length - errors;
    this.said.textContent = this.faults.length ? say(`${errors} 处有误，${rest} 处提醒`, `${errors} wrong, ${rest} to look at`) : say("没有发现问题", "Nothing found");
    this.list.replaceChildren(...this.faults.map((fault) => this.entry(fault)));
    this.dispatchEvent(new CustomEvent("qh-checked", { bubbles: true, detail: this.faults }));
  }

  private entry(fault: Fault): HTMLLIElement {
    const place = button(say(`第 ${fault.line} 行`, `Line ${fault.line}`), "", () => this.go(fault));
    const words = make("span", fault.severity === "error" ? "qh-bad" : "qh-warn", fault.says);
    return make("li", "", place, make("div", "", words, ...(fault.hint ? [make("small", "", fault.hint)] : [])));
  }

  private go(fault: Fault): void {
    const lines = this.text.value.split("\n");
    const start = lines.slice(0, fault.line - 1).reduce((sum, line) => sum + line.length + 1, 0);
    const [from, to] = span(lines[fault.line - 1] ?? "", fault);
    this.text.focus();
    this.text.setSelectionRange(start + from, start + to);
    this.behind.children[fault.line - 1]?.scrollIntoView({ block: "center" });
  }

  private paint(): void {
    this.behind.replaceChildren(
      ...this.text.value.split("\n").map((line, place) => {
        const here = this.faults.filter((fault) => fault.line === place + 1);
        const row = make("div");
        if (here.length) row.className = here.some((fault) => fault.severity === "error") ? "error" : "warning";
        let done = 0;
        for (const fault of here.slice().sort((one, other) => one.column - other.column)) {
          const [from, to] = span(line, fault);
          if (from < done) continue;
          row.append(line.slice(done, from), make("mark", fault.severity, line.slice(from, to)));
          done = to;
        }
        row.append(line.slice(done) || "​"); // an empty line is a line high
        return row;
      }),
    );
  }
}

/** Places are counted in characters; a script counts some characters as two. */
function span(line: string, fault: Fault): [number, number] {
  const characters = [...line];
  const length = (count: number): number => characters.slice(0, count).join("").length;
  const from = length(fault.column - 1);
  return [from, Math.max(length(fault.end_column - 1), Math.min(from + 1, line.length))];
}
