// An answer as a timeline: one line for each row that has a date.
import { scaleUtc } from "d3-scale";
import { chooser, drawn, element, target } from "./dom.js";
import { columnsOf, day, words } from "./terms.js";

const WIDTH = 960;
const LINE = 20;
const MARGIN = 24;
const MOST = 400;
// Beyond this many pixels the words stand before the dot.
const TURN = WIDTH / 2;

export function datesIn(answer) {
  return columnsOf(answer, day);
}

export function timeline(answer, naming) {
  const columns = datesIn(answer);
  const others = answer.columns.map((_, at) => at).filter((at) => !columns.includes(at));
  let date = columns[0];
  let name = others.find((at) => /name|label|title/i.test(answer.columns[at])) ?? others[0] ?? date;
  const place = element("div");

  function show() {
    const dated = answer.rows
      .map((row) => ({ row, time: day(row[date]) }))
      .filter(({ time }) => time)
      .sort((one, other) => one.time - other.time);
    const shown = dated.slice(0, MOST);
    const left = answer.rows.length - shown.length;
    const note = left ? `${left} rows are not shown: they have no date, or come after ${MOST} others.` : "";
    place.replaceChildren(picture(shown), element("p", { class: "note" }, note));
  }

  function picture(shown) {
    const [first, last] = [shown[0].time, shown.at(-1).time];
    const domain = first < last ? [first, last] : [new Date(first - 864e5), new Date(+first + 864e5)];
    const scale = scaleUtc().domain(domain).range([MARGIN, WIDTH - MARGIN]).nice();
    const height = shown.length * LINE + 40;
    const format = scale.tickFormat(8);
    const ticks = scale.ticks(8).map((tick) =>
      drawn(
        "g",
        { transform: `translate(${scale(tick).toFixed(1)},0)` },
        drawn("line", { y1: 22, y2: height, class: "rule" }),
        drawn("text", { y: 14, class: "tick", "text-anchor": "middle" }, format(tick)),
      ),
    );
    const lines = shown.map(({ row, time }, number) => {
      const x = scale(time);
      const y = 36 + number * LINE;
      const turned = x > TURN;
      const text = `${row[date].value}  ${clipped(words(row[name], naming))}`;
      const at = { x: turned ? x - 9 : x + 9, y: y + 4, "text-anchor": turned ? "end" : "start" };
      const label = drawn("text", at, text);
      const href = row[name]?.type === "uri" ? target(row[name].value, naming.base, naming.root) : null;
      const marked = href ? drawn("a", { href }, label) : label;
      return drawn("g", {}, drawn("circle", { cx: x, cy: y, r: 5, class: "kind-1" }), marked);
    });
    const about = `Timeline of ${shown.length} rows from ${shown[0].row[date].value} to ${shown.at(-1).row[date].value}`;
    return drawn(
      "svg",
      { viewBox: `0 0 ${WIDTH} ${height}`, class: "timeline", role: "group", "aria-label": about },
      ...ticks,
      ...lines,
    );
  }

  function choice(label, places, chosen, change) {
    const options = places.map((at) => [String(at), answer.columns[at]]);
    return chooser(label, options, String(chosen), (at) => {
      change(Number(at));
      show();
    });
  }

  const choices = element(
    "p",
    { class: "choices" },
    choice("Day", columns, date, (at) => (date = at)),
    choice("Words", answer.columns.map((_, at) => at), name, (at) => (name = at)),
  );
  show();
  const scroll = { class: "scroll", tabindex: "0", role: "region", "aria-label": "Timeline" };
  return element("div", {}, choices, element("div", scroll, place));
}

function clipped(text) {
  return text.length > 60 ? `${text.slice(0, 59)}…` : text;
}
