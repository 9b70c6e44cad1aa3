// Bundles the scripts of the pages into ../static/built, which is not committed.
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { geoArea, geoCentroid, geoEqualEarth, geoPath } from "d3-geo";
import { build } from "esbuild";
import { feature } from "topojson-client";

const out = new URL("../static/built/", import.meta.url);
const require = createRequire(import.meta.url);
const WIDTH = 960;
const HEIGHT = 470;
// Smaller ones are shown as a dot as well: nobody can see or point at them otherwise.
const SMALLEST_STERADIANS = 0.0006;

async function read(file) {
  return JSON.parse(await readFile(require.resolve(file), "utf-8"));
}

// Draws the states once, so that the page needs no library for it.
async function world() {
  const codes = await read("i18n-iso-countries/codes.json");
  const alpha3 = new Map(codes.map(([, code, number]) => [number, code]));
  const atlas = await read("world-atlas/countries-50m.json");
  const countries = feature(atlas, atlas.objects.countries).features;
  const frame = { type: "Sphere" };
  const projection = geoEqualEarth().fitSize([WIDTH, HEIGHT], frame);
  const path = geoPath(projection).digits(1);
  const states = {};
  const others = [];
  for (const country of countries) {
    const code = alpha3.get(country.id);
    const shape = simplified(path(country) ?? "");
    if (!code) {
      others.push(shape);
      continue;
    }
    const [x, y] = projection(geoCentroid(country)).map(Math.round);
    const small = geoArea(country) < SMALLEST_STERADIANS;
    // Some states come in several pieces of one code: Australia with a reef far from the rest.
    const known = states[code];
    if (known) known.shape += shape;
    if (known && !small) delete known.dot;
    if (!known) states[code] = small ? { shape, dot: [x, y] } : { shape };
  }
  return { width: WIDTH, height: HEIGHT, frame: path(frame), states, others };
}

// Leaves out points that are near the one before, and rings of no extent.
function simplified(shape) {
  return shape
    .split("M")
    .filter(Boolean)
    .map((ring) => {
      const points = ring.replace("Z", "").split("L");
      let last = null;
      const kept = points.filter((point) => {
        const [x, y] = point.split(",").map(Number);
        if (last && Math.hypot(x - last[0], y - last[1]) < 1.4) return false;
        last = [x, y];
        return true;
      });
      return kept.length > 2 ? `M${kept.join("L")}Z` : "";
    })
    .join("");
}

await rm(out, { recursive: true, force: true });
await mkdir(out, { recursive: true });
await writeFile(new URL("world.json", out), JSON.stringify(await world()));
await build({
  absWorkingDir: new URL(".", import.meta.url).pathname,
  entryPoints: ["query.js"],
  outdir: out.pathname,
  bundle: true,
  splitting: true,
  format: "esm",
  target: "es2022",
  minify: true,
  legalComments: "linked",
  chunkNames: "part-[hash]",
});
