// An answer as bars: the numbers of a column, or how often each value occurs.
import { scaleLinear } from "d3-scale";
import { chooser, drawn, element } from "./dom.js";
import { columnsOf, groups, isNumber, words } from "./terms.js";

const WIDTH = 960;
const LINE = 24;
const NAMES = 330;
const MOST = 100;
const COUNT = -1;

export function chart(answer, naming) {
  const numbers = columnsOf(answer, isNumber);
  const every = answer.columns.map((_, at) => at);
  const others = every.filter((at) => !numbers.includes(at));
  let number = numbers[0] ?? COUNT;
  let name = first();
  const place = element("div");

  // Counted is best by what has few values, drawn is best by what tells the rows apart.
  function first() {
    const sizes = others.map((at) => [at, groups(answer.rows, (row) => words(row[at], naming)).size]);
    const several = sizes.filter(([, size]) => size > 1);
    several.sort((one, other) => (number === COUNT ? one[1] - other[1] : other[1] - one[1]));
    return (several[0] ?? [0])[0];
  }

  function show() {
    const bars =
      number === COUNT
        ? [...groups(answer.rows, (row) => words(row[name], naming) || "–")].map(([text, rows]) => [text, rows.length])
        : answer.rows
            .filter((row) => Number.isFinite(Number(row[number]?.value)))
            .map((row) => [words(row[name], naming) || "–", Number(row[number].value)]);
    bars.sort((one, other) => other[1] - one[1]);
    const left = bars.length - MOST;
    const note = left > 0 ? `The ${MOST} largest of ${bars.length} are shown.` : "";
    place.replaceChildren(picture(bars.slice(0, MOST)), element("p", { class: "note" }, note));
  }

  function picture(bars) {
    const values = bars.map(([, value]) => value);
    const scale = scaleLinear()
      .domain([Math.min(0, ...values), Math.max(0, ...values) || 1])
      .range([NAMES, WIDTH - 80]);
    const zero = scale(0);
    const lines = bars.map(([text, value], at) => {
      const y = at * LINE + 4;
      const x = Math.min(zero, scale(value));
      const width = Math.max(Math.abs(scale(value) - zero), 1);
      const shown = text.length > 46 ? `${text.slice(0, 45)}…` : text;
      return drawn(
        "g",
        {},
        drawn("text", { x: NAMES - 8, y: y + 14, "text-anchor": "end" }, shown),
        drawn("rect", { x, y, width, height: LINE - 6, class: "kind-1" }),
        drawn("text", { x: x + width + 6, y: y + 14 }, value.toLocaleString("en")),
      );
    });
    const size = { viewBox: `0 0 ${WIDTH} ${bars.length * LINE + 8}` };
    const about = `${bars.length} bars, the longest ${bars[0]?.join(": ")}`;
    return drawn("svg", { ...size, class: "chart", role: "group", "aria-label": about }, ...lines);
  }

  function choice(label, places, chosen, change) {
    const options = places.map((at) => [String(at), at === COUNT ? "number of rows" : answer.columns[at]]);
    return chooser(label, options, String(chosen), (at) => {
      change(Number(at));
      show();
    });
  }

  const choices = element(
    "p",
    { class: "choices" },
    choice("Bars of", [COUNT, ...numbers], number, (at) => (number = at)),
    choice("for each", every, name, (at) => (name = at)),
  );
  show();
  const scroll = { class: "scroll", tabindex: "0", role: "region", "aria-label": "Chart" };
  return element("div", {}, choices, element("div", scroll, place));
}
