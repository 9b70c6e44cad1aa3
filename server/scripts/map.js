// An answer as a map of the states in it, with a legend that names them.
import { chooser, drawn, element, link, target } from "./dom.js";
import { columnsOf, day, groups, isNumber, words } from "./terms.js";

const MOST_GROUPS = 7;
let atlas;

export function statesIn(answer, naming) {
  return columnsOf(answer, (term) => term.type === "uri" && naming.known.get(term.value)?.code);
}

export function map(answer, naming) {
  const columns = statesIn(answer, naming);
  const colours = answer.columns
    .map((name, at) => [at, name])
    .filter(([at]) => !columns.includes(at) && kinds(at).size <= MOST_GROUPS);
  const measures = [...columnsOf(answer, day), ...columnsOf(answer, isNumber)];
  let state = columns[0];
  // By the column of words that parts the states best.
  const telling = colours.filter(([at]) => !measures.includes(at));
  let colour = telling.sort((one, other) => kinds(other[0]).size - kinds(one[0]).size)[0]?.[0] ?? -1;
  const place = element("div");

  function kinds(at) {
    return groups(answer.rows, (row) => words(row[at], naming) || "–");
  }

  async function show() {
    atlas ??= await fetch(new URL("world.json", import.meta.url)).then((found) => found.json());
    const rows = answer.rows.filter((row) => naming.known.get(row[state]?.value)?.code);
    const kept = groups(rows, (row) => (colour < 0 ? "in the answer" : words(row[colour], naming) || "–"));
    place.replaceChildren(picture(kept), legend(kept));
  }

  function code(row) {
    return naming.known.get(row[state].value).code;
  }

  function picture(kept) {
    const kinds = new Map();
    [...kept].forEach(([name, rows], number) => {
      for (const row of rows) {
        const title = `${words(row[state], { ...naming, on: true })}: ${name}`;
        kinds.set(code(row), { class: `kind-${number + 1}`, title });
      }
    });
    const shapes = Object.entries(atlas.states).map(([code, { shape, dot }]) => {
      const kind = kinds.get(code);
      const title = kind && drawn("title", {}, kind.title);
      const shown = drawn("path", { d: shape, class: kind?.class ?? "land" }, title);
      if (!kind || !dot) return shown;
      const [cx, cy] = dot;
      const ring = drawn("circle", { cx, cy, r: 4, class: kind.class }, title.cloneNode(true));
      return drawn("g", {}, shown, ring);
    });
    const others = drawn("path", { d: atlas.others.join(""), class: "land" });
    const names = [...kept].map(([name, rows]) => `${new Set(rows.map(code)).size} ${name}`);
    return drawn(
      "svg",
      {
        viewBox: `0 0 ${atlas.width} ${atlas.height}`,
        class: "map",
        role: "img",
        "aria-label": `World map: ${names.join(", ")}. The states are named below.`,
      },
      drawn("path", { d: atlas.frame, class: "sea" }),
      others,
      ...shapes,
    );
  }

  function legend(kept) {
    const lines = [...kept].map(([name, rows], number) => {
      const states = new Map(rows.map((row) => [row[state].value, row[state]]));
      const listed = [...states.values()].flatMap((term, place) => [
        place ? ", " : "",
        link(target(term.value, naming.base, naming.root), words(term, { ...naming, on: true })),
      ]);
      const swatch = drawn("svg", { viewBox: "0 0 10 10", class: "swatch", "aria-hidden": "true" });
      swatch.append(drawn("circle", { cx: 5, cy: 5, r: 4.5, class: `kind-${number + 1}` }));
      return element("li", {}, swatch, element("b", {}, ` ${name} (${states.size}): `), ...listed);
    });
    return element("ul", { class: "legend" }, ...lines);
  }

  const options = [["-1", "nothing"], ...colours.map(([at, name]) => [String(at), name])];
  const choices = element(
    "p",
    { class: "choices" },
    columns.length > 1
      ? chooser("States of", columns.map((at) => [String(at), answer.columns[at]]), String(state), (at) => {
          state = Number(at);
          show();
        })
      : null,
    chooser("Colour by", options, String(colour), (at) => {
      colour = Number(at);
      show();
    }),
  );
  show();
  return element("div", {}, choices, place);
}
