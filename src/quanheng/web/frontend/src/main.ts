// The scripts of the pages. Every page works without them; each element below makes something that is there already handier.
import htmx from "htmx.org";
import "./css/index.css";
import { csrf } from "./lib";
import { QhChart } from "./elements/chart";
import { QhDrawer } from "./elements/drawer";
import { QhEditor } from "./elements/editor";
import { QhGrid } from "./elements/grid";
import { QhPick } from "./elements/pick";

document.addEventListener("htmx:config:request", (event) => {
  const { ctx } = (event as CustomEvent<{ ctx: { request: { headers: Record<string, string> } } }>).detail;
  ctx.request.headers["X-CSRFToken"] = csrf();
});

customElements.define("qh-drawer", QhDrawer);
customElements.define("qh-grid", QhGrid);
customElements.define("qh-chart", QhChart);
customElements.define("qh-editor", QhEditor);
customElements.define("qh-pick", QhPick);

// A menu of the shell is an open <details>; one at a time, and Escape or a click elsewhere closes it.
function closeMenus(except: Element | null): void {
  for (const menu of document.querySelectorAll<HTMLDetailsElement>("details.qh-menu[open]")) if (menu !== except) menu.open = false;
}
document.addEventListener("click", (event) => closeMenus((event.target as Element).closest("details.qh-menu")));
document.addEventListener("keydown", (event) => {
  const menu = event.key === "Escape" ? document.querySelector<HTMLDetailsElement>("details.qh-menu[open]") : null;
  if (!menu) return;
  closeMenus(null);
  menu.querySelector("summary")?.focus();
});

void htmx;
