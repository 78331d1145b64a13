// <qh-drawer>: shows the page behind a link with data-drawer beside the page one is on. The address carries what is open
// (#why=/…), so that it can be sent to somebody, and the back button goes back. Without scripts the link is just a link.
import htmx from "htmx.org";
import { button, fresh, icon, make, say } from "../lib";

const MARK = "#why=";

export class QhDrawer extends HTMLElement {
  private readonly dialog = make("dialog", "qh-drawer");
  private readonly heading = make("h2");
  private readonly body = make("div", "qh-drawer-body");
  private readonly whole = make("a", "qh-icon-button", icon("external-link"));
  private opener: HTMLElement | null = null;
  private asked = 0;

  connectedCallback(): void {
    const close = button("", "qh-icon-button", () => this.leave());
    close.append(icon("x"));
    close.setAttribute("aria-label", this.dataset["close"] ?? say("关闭", "Close"));
    this.whole.setAttribute("aria-label", this.dataset["whole"] ?? say("整页打开", "Open as a page"));
    this.whole.title = this.whole.getAttribute("aria-label") ?? "";
    this.heading.id = fresh("qh-drawer");
    this.heading.tabIndex = -1;
    this.dialog.setAttribute("aria-labelledby", this.heading.id);
    this.dialog.append(make("div", "qh-drawer-head", this.heading, this.whole, close), this.body);
    this.append(this.dialog);
    this.dialog.addEventListener("cancel", (event) => {
      event.preventDefault(); // Escape: by way of the history, so that the address agrees
      this.leave();
    });
    this.dialog.addEventListener("click", (event) => {
      if (event.target === this.dialog) this.leave();
    });
    document.addEventListener("click", (event) => this.clicked(event));
    window.addEventListener("popstate", () => this.follow());
    this.follow();
  }

  /** Open an address of this site. */
  open(href: string, opener: HTMLElement | null = null): void {
    const url = new URL(href, location.href);
    if (url.origin !== location.origin) return;
    if (opener && !this.dialog.contains(opener)) this.mark(opener);
    const depth = Number((history.state as { drawer?: number } | null)?.drawer ?? 0);
    const path = url.pathname + url.search;
    history.pushState({ drawer: depth + 1 }, "", MARK + encodeURI(path));
    void this.show(path);
  }

  private clicked(event: MouseEvent): void {
    const link = (event.target as Element).closest<HTMLAnchorElement>("a[data-drawer]");
    if (!link || event.defaultPrevented || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    this.open(link.href, link);
  }

  /** Show what the address says: on arrival, and when going back and forth. */
  private follow(): void {
    const path = location.hash.startsWith(MARK) ? decodeURI(location.hash.slice(MARK.length)) : "";
    if (/^\/(?!\/)/.test(path)) void this.show(path);
    else this.close();
  }

  private async show(path: string): Promise<void> {
    const turn = ++this.asked;
    const waits = window.setTimeout(() => this.fill(this.dataset["wait"] ?? "", make("div", "qh-wait", make("i"), make("i"), make("i"))), 300);
    try {
      const answer = await fetch(path, { headers: { "X-Qh-Drawer": "1" }, credentials: "same-origin" });
      const part = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector(".qh-part");
      if (turn !== this.asked) return;
      if (!part) {
        location.assign(path); // sign-in, or a page that does not go into the drawer
        return;
      }
      const head = part.querySelector("[data-title]");
      head?.remove();
      this.whole.href = path;
      this.fill(head?.textContent ?? "", part);
      htmx.process(this.body);
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
      const note = make("p", "qh-note qh-note-bad", this.dataset["failed"] ?? "", " ");
      note.setAttribute("role", "alert");
      note.append(button(say("重试", "Try again"), "btn btn-sm", () => void this.show(path)));
      if (turn === this.asked) this.fill("", note);
    } finally {
      window.clearTimeout(waits);
    }
  }

  private fill(title: string, ...content: Node[]): void {
    this.heading.textContent = title || "…";
    this.body.replaceChildren(...content);
    if (!this.dialog.open) this.dialog.showModal();
    this.dialog.scrollTop = 0;
    this.heading.focus({ preventScroll: true });
  }

  /** Go back to where the drawer was opened from; after a deep link there is nothing behind it to go back to. */
  private leave(): void {
    const depth = Number((history.state as { drawer?: number } | null)?.drawer ?? 0);
    if (depth) history.go(-depth);
    else {
      history.replaceState(null, "", location.pathname + location.search);
      this.close();
    }
  }

  private close(): void {
    this.asked += 1;
    if (!this.dialog.open) return;
    this.dialog.close();
    this.body.replaceChildren();
    const opener = this.opener;
    this.mark(null);
    opener?.focus();
  }

  private mark(opener: HTMLElement | null): void {
    this.opener?.removeAttribute("aria-expanded");
    this.opener?.removeAttribute("role");
    this.opener = opener;
    opener?.setAttribute("role", "button"); // a link may not be expanded, what opens a drawer may
    opener?.setAttribute("aria-expanded", "true");
  }
}
