// An answer as a table: sorted by a click, a page at a time.
import { element, link, target } from "./dom.js";
import { day, isNumber, words } from "./terms.js";

const PAGE = 200;

export function table(answer, naming) {
  let rows = answer.rows;
  let page = 0;
  let sorted = null;
  const caption = element("caption");
  const body = element("tbody");
  const heads = answer.columns.map((name, at) => {
    const button = element("button", { type: "button", click: () => sort(at) }, name);
    return element("th", { scope: "col" }, button);
  });
  const back = element("button", { type: "button", click: () => turn(-1) }, "Previous rows");
  const on = element("button", { type: "button", click: () => turn(1) }, "Next rows");
  const pages = element("p", { class: "pages" }, back, on);

  function sort(at) {
    const down = sorted?.at === at && !sorted.down;
    sorted = { at, down };
    const order = compared(at, naming);
    rows = [...answer.rows].sort((one, other) => (down ? order(other, one) : order(one, other)));
    heads.forEach((head, place) => head.removeAttribute("aria-sort"));
    heads[at].setAttribute("aria-sort", down ? "descending" : "ascending");
    page = 0;
    show();
  }

  function turn(step) {
    page += step;
    show();
  }

  function show() {
    const from = page * PAGE;
    const shown = rows.slice(from, from + PAGE);
    body.replaceChildren(
      ...shown.map((row) =>
        element("tr", {}, ...row.map((term) => element("td", { class: day(term) && "date" }, cell(term, naming)))),
      ),
    );
    const all = rows.length <= PAGE;
    caption.textContent = all ? "" : `Rows ${from + 1} to ${from + shown.length} of ${rows.length}`;
    pages.hidden = all;
    back.disabled = page === 0;
    on.disabled = from + PAGE >= rows.length;
  }

  show();
  const head = element("thead", {}, element("tr", {}, ...heads));
  const whole = element("table", {}, caption, head, body);
  const scroll = { class: "scroll", tabindex: "0", role: "region", "aria-label": "Rows of the answer" };
  return element("div", {}, element("div", scroll, whole), pages);
}

function cell(term, naming) {
  if (!term) return "";
  const text = words(term, naming);
  if (term.type === "uri") {
    const href = target(term.value, naming.base, naming.root);
    const shown = href ? link(href, text) : element("span", {}, text);
    shown.title = term.value;
    return shown;
  }
  const language = term["xml:lang"];
  if (!language) return text;
  const known = /^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$/.test(language);
  return element("span", { lang: known ? language : null, title: language, dir: "auto" }, text);
}

function compared(at, naming) {
  return (one, other) => {
    const [left, right] = [one[at], other[at]];
    if (!left || !right) return Number(!left) - Number(!right);
    if (isNumber(left) && isNumber(right)) return left.value - right.value;
    const [first, second] = [day(left), day(right)];
    if (first && second) return first - second;
    return words(left, naming).localeCompare(words(right, naming), undefined, { numeric: true });
  };
}
