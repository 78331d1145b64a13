// Charts in the hand of the house: same faces, ink axis, no movement; series differ by fill and outline.
import { BarChart, LineChart } from "echarts/charts";
import { GridComponent, MarkAreaComponent, TooltipComponent } from "echarts/components";
import { init, use } from "echarts/core";
import { SVGRenderer } from "echarts/renderers";

use([BarChart, LineChart, GridComponent, MarkAreaComponent, TooltipComponent, SVGRenderer]);

interface Data {
  kind: "distribution" | "history";
  labels: string[];
  values: (string | number)[];
  bands?: { name: string; from: number; to: number }[];
}

export function draw(place: HTMLElement, data: Data): void {
  const style = getComputedStyle(document.documentElement);
  const colour = (name: string): string => style.getPropertyValue(`--qh-${name}`).trim();
  const fills: Record<string, [string, string]> = {
    A: [colour("azurite-deep"), colour("azurite-deep")],
    B: [colour("azurite-100"), colour("azurite-mid")],
    C: ["#ffffff", colour("control")],
    D: [colour("brass-100"), colour("brass-mark")],
  };
  const bandOf = (place: number): string => data.bands?.find((band) => place >= band.from && place <= band.to)?.name ?? "";
  const text = { color: colour("ink-3"), fontSize: 12, fontFamily: colour("sans") };
  const chart = init(place, null, { renderer: "svg" });
  const bar = {
    type: "bar" as const,
    barCategoryGap: "8%",
    label: { show: true, position: "top" as const, ...text, color: colour("ink") },
    data: data.values.map((value, at) => {
      const [fill, line] = fills[bandOf(at)] ?? [colour("azurite-100"), colour("azurite-mid")];
      return { value: Number(value), itemStyle: { color: fill, borderColor: line, borderWidth: 1 } };
    }),
    markArea: {
      silent: true,
      itemStyle: { color: "transparent", borderColor: colour("line-2"), borderWidth: 0 },
      label: { position: "top" as const, ...text, fontWeight: "bold" as const, color: colour("ink-2") },
      data: (data.bands ?? []).map((band): [{ name: string; xAxis: string }, { xAxis: string }] => [
        { name: band.name, xAxis: data.labels[band.from] ?? "" },
        { xAxis: data.labels[band.to] ?? "" },
      ]),
    },
  };
  const line = {
    type: "line" as const,
    symbolSize: 8,
    itemStyle: { color: colour("azurite") },
    lineStyle: { color: colour("azurite"), width: 2 },
    label: { show: true, position: "top" as const, ...text, color: colour("ink"), formatter: ({ dataIndex }: { dataIndex: number }) => String(data.values[dataIndex] ?? "") },
    data: data.values.map(Number),
  };
  chart.setOption({
    animation: false,
    textStyle: text,
    grid: { left: 40, right: 16, top: 32, bottom: 28 },
    tooltip: { trigger: "axis", transitionDuration: 0, textStyle: { ...text, color: colour("ink") }, axisPointer: { type: "none" } },
    xAxis: { type: "category", data: data.labels, axisLine: { lineStyle: { color: colour("ink-2"), width: 2 } }, axisTick: { show: false }, axisLabel: text },
    yAxis: { type: "value", scale: data.kind === "history", splitLine: { lineStyle: { color: colour("line") } }, axisLabel: text },
    series: [data.kind === "history" ? line : bar],
  });
  new ResizeObserver(() => chart.resize()).observe(place);
}
