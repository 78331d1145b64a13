// <qh-chart data-from>: draws the figures of a JSON script. The table of the same figures stands beneath, always; the
// drawing library comes only where there is a chart.
export class QhChart extends HTMLElement {
  connectedCallback(): void {
    const source = document.getElementById(this.dataset["from"] ?? "");
    const place = this.querySelector<HTMLElement>(".qh-chart");
    if (!source || !place || place.childElementCount) return;
    void import("./draw").then(({ draw }) => {
      place.hidden = false;
      draw(place, JSON.parse(source.textContent ?? "{}"));
    });
  }
}
