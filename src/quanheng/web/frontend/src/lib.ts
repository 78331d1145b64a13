// What the elements share: the language of the page, the token of the form, small ways to make and to send.

export const english = document.documentElement.lang.startsWith("en");

/** The text in the language of the page; both stand side by side, as in the templates. */
export function say(zh: string, en: string): string {
  return english ? en : zh;
}

export function csrf(): string {
  return document.body.dataset["csrf"] ?? "";
}

/** Make an element: its class, its text or children. Text never becomes markup. */
export function make<K extends keyof HTMLElementTagNameMap>(name: K, look = "", ...children: (Node | string)[]): HTMLElementTagNameMap[K] {
  const made = document.createElement(name);
  if (look) made.className = look;
  made.append(...children);
  return made;
}

export function button(text: string, look: string, act: () => void): HTMLButtonElement {
  const made = make("button", look, text);
  made.type = "button";
  made.addEventListener("click", act);
  return made;
}

/** Post JSON; a refusal of the server is an answer like any other, only no network throws. */
export async function post(url: string, body: unknown): Promise<Response> {
  return fetch(url, {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-CSRFToken": csrf(), Accept: "application/json" },
    body: JSON.stringify(body),
    credentials: "same-origin",
  });
}

/** A part of a page; nothing where there is none, or no network. */
export async function part(url: string): Promise<string | null> {
  try {
    const answer = await fetch(url, { credentials: "same-origin", headers: { "HX-Request": "true" } });
    return answer.ok ? await answer.text() : null;
  } catch (error) {
    if (error instanceof TypeError) return null;
    throw error;
  }
}

/** Call when nothing has happened for a while. */
export function later(wait: number, act: () => void): () => void {
  let timer = 0;
  return () => {
    window.clearTimeout(timer);
    timer = window.setTimeout(act, wait);
  };
}

let made = 0;
/** An id that is free on this page. */
export function fresh(prefix: string): string {
  made += 1;
  return `${prefix}-${made}`;
}

/** An icon of the sprite, as {% icon %} draws it. */
export function icon(name: string): SVGSVGElement {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("class", "qh-icon");
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  use.setAttribute("href", `${document.body.dataset["sprite"] ?? ""}#${name}`);
  svg.append(use);
  return svg;
}

/** A random UUID, also over plain http, where crypto.randomUUID is missing. */
export function unique(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}
