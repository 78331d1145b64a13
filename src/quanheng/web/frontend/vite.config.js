// One bundle for every page, and one sprite of the icons named in src/icons.txt. The pages read ../built/manifest.json.
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { defineConfig } from "vite";

function icons() {
  const names = readFileSync("src/icons.txt", "utf8").split("\n").filter((line) => line && !line.startsWith("#"));
  const symbols = names.map((name) => {
    const [folder, file] = name.endsWith("-filled") ? ["filled", name.slice(0, -"-filled".length)] : ["outline", name];
    const svg = readFileSync(`node_modules/@tabler/icons/icons/${folder}/${file}.svg`, "utf8");
    const drawing = svg.slice(svg.indexOf(">") + 1, svg.lastIndexOf("</svg>")).replace(/<path stroke="none"[^>]*\/>/, "");
    return `<symbol id="${name}" viewBox="0 0 24 24">${drawing.replace(/\s*\n\s*/g, "")}</symbol>`;
  });
  const sprite = `<svg xmlns="http://www.w3.org/2000/svg">${symbols.join("")}</svg>\n`;
  const file = `assets/icons-${createHash("sha256").update(sprite).digest("hex").slice(0, 8)}.svg`;
  return {
    name: "icons",
    generateBundle() {
      this.emitFile({ type: "asset", fileName: file, source: sprite });
      this.emitFile({ type: "asset", fileName: "icons.json", source: JSON.stringify({ file, names }) });
    },
  };
}

export default defineConfig({
  base: "./",
  plugins: [icons()],
  build: {
    outDir: "../built",
    emptyOutDir: true,
    manifest: "manifest.json",
    target: "es2022",
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 700, // the charts, loaded only where one stands
    rollupOptions: { input: "src/main.ts" },
  },
});
