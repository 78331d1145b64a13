// <qh-pick data-url>: finds people while one types a name, its pinyin or a number. The text field works alone as well.
// `data-free`: what is found is a suggestion, taken by the arrows alone; Enter sends what was typed.
import { fresh, later, make, say } from "../lib";

interface Found {
  id: string | number;
  name: string;
  hint?: string;
}

export class QhPick extends HTMLElement {
  private readonly list = make("ul", "qh-options");
  private found: Found[] = [];
  private at = -1;
  private turn = 0;

  connectedCallback(): void {
    const input = this.querySelector<HTMLInputElement>("input:not([type=hidden])");
    const chosen = this.querySelector<HTMLInputElement>("input[type=hidden]");
    if (!input) return;
    this.list.id = fresh("qh-options");
    this.list.hidden = true;
    this.list.setAttribute("role", "listbox");
    this.list.setAttribute("aria-label", "free" in this.dataset ? say("说过的话", "Said before") : say("找到的人", "People found"));
    input.setAttribute("role", "combobox");
    input.setAttribute("aria-autocomplete", "list");
    input.setAttribute("aria-expanded", "false");
    input.setAttribute("aria-controls", this.list.id);
    (input.closest(".qh-field") ?? this).append(this.list);
    const ask = later(200, () => void this.ask(input));
    input.addEventListener("input", () => {
      if (chosen) chosen.value = "";
      ask();
    });
    input.addEventListener("keydown", (event) => this.key(event, input, chosen));
    input.addEventListener("blur", () => window.setTimeout(() => this.hide(input), 150));
    this.list.addEventListener("mousedown", (event) => {
      const option = (event.target as Element).closest("li");
      if (!option) return;
      event.preventDefault();
      this.take([...this.list.children].indexOf(option), input, chosen);
    });
  }

  private async ask(input: HTMLInputElement): Promise<void> {
    const words = input.value.trim();
    const turn = ++this.turn;
    if (!words) return this.hide(input);
    const answer = await fetch(`${this.dataset["url"]}?q=${encodeURIComponent(words)}`, { headers: { Accept: "application/json" } }).catch(() => null);
    if (!answer?.ok || turn !== this.turn) return;
    this.found = ((await answer.json()) as { found: Found[] }).found;
    this.at = this.found.length && !("free" in this.dataset) ? 0 : -1;
    this.list.replaceChildren(
      ...this.found.map((each) => {
        const option = make("li", "", make("span", "", each.name), make("small", "", each.hint ?? ""));
        option.id = fresh("qh-option");
        option.setAttribute("role", "option");
        return option;
      }),
    );
    this.list.hidden = !this.found.length;
    input.setAttribute("aria-expanded", String(!this.list.hidden));
    this.paint(input);
  }

  private paint(input: HTMLInputElement): void {
    [...this.list.children].forEach((option, place) => option.setAttribute("aria-selected", String(place === this.at)));
    const option = this.list.children[this.at];
    option?.scrollIntoView({ block: "nearest" });
    if (option) input.setAttribute("aria-activedescendant", option.id);
    else input.removeAttribute("aria-activedescendant");
  }

  private key(event: KeyboardEvent, input: HTMLInputElement, chosen: HTMLInputElement | null): void {
    if (this.list.hidden || event.isComposing) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      const step = event.key === "ArrowDown" ? 1 : -1;
      this.at = this.at < 0 && step < 0 ? this.found.length - 1 : (this.at + step + this.found.length) % this.found.length;
      this.paint(input);
    } else if (event.key === "Enter" && this.at >= 0) this.take(this.at, input, chosen);
    else if (event.key === "Escape") this.hide(input);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  private take(place: number, input: HTMLInputElement, chosen: HTMLInputElement | null): void {
    const found = this.found[place];
    if (!found) return;
    input.value = found.name;
    if (chosen) chosen.value = String(found.id);
    this.hide(input);
    this.dispatchEvent(new CustomEvent("qh-picked", { bubbles: true, detail: found }));
  }

  private hide(input: HTMLInputElement): void {
    this.list.hidden = true;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  }
}
