// The query page. Without this script the form of the page does, and answers as a file.
import { chart } from "./chart.js";
import { copied, copier, chooser, element, link } from "./dom.js";
import { edited } from "./editor.js";
import { ITEMS, Endpoint, Refused, isPlain } from "./endpoint.js";
import { examples } from "./examples.js";
import { asked, forget, keep, kept, remember } from "./history.js";
import { map, statesIn } from "./map.js";
import { snippets, valuesBlock, wikidataQuery } from "./snippets.js";
import { table } from "./table.js";
import { shortener } from "./terms.js";
import { datesIn, timeline } from "./timeline.js";

const LONGEST_RAW = 500_000;
const NAMES = "selenograph:names";
const ENDED =
  "An answer is whole or there is none: what was found until then is not shown. A LIMIT, a VALUES block or a bound subject makes a query lighter.";
const REASONS = ["Prefix not found", "The SELECT contains a variable that is unbound", "IRI parsing failed"];
const FORMATS = { solutions: ["csv", "json", "tsv", "xml"], boolean: ["json", "xml"], graph: ["ttl", "nt", "jsonld", "rdf"] };

const form = document.querySelector("form.ask");
const source = form.querySelector("textarea");
const { base, root, seconds } = document.querySelector(".workbench").dataset;
const endpoint = new Endpoint(form.action, base);
const address = new URL(form.action).href;
const place = element("section", { id: "answer", "aria-label": "Answer" });
const status = element("p", { role: "status", class: "status" });
const naming = { on: kept(NAMES, true), known: endpoint.known, base, root, short: (iri) => iri };
let editor;
let running = null;
let last = null;
let view = "table";

start();

async function start() {
  const [terms, stored] = await Promise.all([
    json(`${root}/sparql/terms.json`, { prefixes: {}, classes: [], properties: [] }),
    json(`${root}/query/`, []),
  ]);
  naming.short = shortener(terms.prefixes, base);
  const host = element("div", { class: "editor" });
  source.hidden = true;
  form.querySelector("label[for=query]").hidden = true;
  source.before(host);
  editor = edited(host, source.value, terms, run);
  form.before(examples(stored, root, use));
  form.querySelector(".plain").replaceChildren(...buttons());
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    run();
  });
  form.after(status, place, past());
  addEventListener("hashchange", open);
  open();
  form.dataset.ready = "";
}

async function json(path, otherwise) {
  const answer = await fetch(path, { headers: { Accept: "application/json" } }).catch(() => null);
  return answer?.ok ? answer.json() : otherwise;
}

function buttons() {
  const stop = element("button", { type: "button", class: "stop", hidden: true, click: () => running?.abort() }, "Stop");
  const share = element("button", { type: "button", click: shared }, "Copy a link to it");
  return [element("button", { class: "run", title: "Ctrl+Enter" }, "Ask"), stop, share];
}

function use(query) {
  editor.text = query;
}

// A link holds the query behind the number sign, which browsers do not send.
function open() {
  const given = new URLSearchParams(location.hash.slice(1));
  if (!given.has("query")) return;
  use(given.get("query"));
  view = given.get("view") ?? view;
  run();
}

function hash() {
  return `#${new URLSearchParams({ query: editor.text, view })}`;
}

async function shared(event) {
  history.replaceState(null, "", hash());
  await copied(location.href);
  event.target.textContent = "Copied";
  setTimeout(() => (event.target.textContent = "Copy a link to it"), 1500);
}

async function run() {
  running?.abort();
  const mine = (running = new AbortController());
  const query = editor.text;
  const began = performance.now();
  const clock = setInterval(() => tell(`Asking … ${since(began)} of ${seconds} s`), 100);
  const stop = form.querySelector(".stop");
  stop.hidden = false;
  editor.clear();
  place.setAttribute("aria-busy", "true");
  try {
    const answer = await endpoint.ask(query, mine.signal);
    clearInterval(clock);
    last = { ...answer, query };
    remember(query, answer.rows.length);
    document.querySelector("details.past").replaceWith(past());
    tell(told(answer));
    await named();
    show();
  } catch (error) {
    clearInterval(clock);
    if (error.name === "AbortError") {
      if (running === mine) tell("Stopped, at the server as well.");
    } else if (error instanceof Refused) refuse(error.problem, began);
    else throw error;
  } finally {
    clearInterval(clock);
    if (running === mine) {
      stop.hidden = true;
      running = null;
      place.removeAttribute("aria-busy");
    }
  }
}

function tell(text) {
  status.textContent = text;
}

function since(began) {
  return ((performance.now() - began) / 1000).toFixed(1);
}

function told(answer) {
  const size = `${(new Blob([answer.text]).size / 1000).toFixed(1)} kB`;
  const time = `in ${answer.seconds.toFixed(2)} s (up to ${seconds} s are allowed), ${size}`;
  if (answer.kind === "graph") return `A graph ${time}`;
  if (answer.kind === "boolean") return `${answer.truth ? "Yes" : "No"} ${time}`;
  const rows = answer.rows.length;
  return `${rows.toLocaleString("en")} ${rows === 1 ? "row" : "rows"} ${time}`;
}

async function named() {
  const iris = last.rows.flat().filter((term) => term?.type === "uri" && isPlain(term.value));
  const ours = iris.map((term) => term.value).filter((iri) => iri.startsWith(base) || !iri.startsWith(ITEMS));
  await endpoint.names(ours, navigator.language.split("-")[0]);
}

function refuse(problem, began) {
  last = null;
  tell(`No answer, after ${since(began)} s`);
  const parts = problem.line ? unread(problem) : [element("p", {}, problem.detail)];
  const ended = problem.status === 504 || problem.status === 503;
  if (ended) parts.push(element("p", {}, ENDED));
  const title = ended ? "The server stopped the query" : problem.line ? "The query cannot be read" : problem.title;
  place.replaceChildren(element("div", { class: "refused", role: "alert" }, element("h2", {}, title), ...parts));
}

// Where the engine came to a stop, and what it says; it lists a part of what could stand there.
function unread({ line, column, detail }) {
  const go = () => {
    editor.mark(line, column);
    editor.focus();
  };
  go();
  const why = REASONS.find((reason) => detail.includes(reason));
  return [
    element("p", {}, why ? `${why}. ` : "Something is missing or too much at ", element("button", { type: "button", click: go }, `line ${line}, column ${column}`)),
    element("p", { class: "note" }, detail.length > 300 ? `${detail.slice(0, 300)}…` : detail),
  ];
}

function views(answer) {
  if (answer.kind !== "solutions" || !answer.rows.length) return { raw };
  return {
    table,
    ...(statesIn(answer, naming).length && { map }),
    ...(datesIn(answer).length && { timeline }),
    chart,
    raw,
  };
}

function raw(answer) {
  const { text } = answer;
  const shown = text.length > LONGEST_RAW ? `${text.slice(0, LONGEST_RAW)}\n… the rest is in the download.` : text;
  return element("pre", { class: "raw", tabindex: "0" }, shown);
}

function show() {
  const offered = views(last);
  const now = Object.hasOwn(offered, view) ? view : Object.keys(offered)[0];
  const tabs = Object.keys(offered).map((name) => {
    const press = () => {
      view = name;
      show();
      place.querySelector(`[data-view=${name}]`).focus();
    };
    return element("button", { type: "button", "data-view": name, "aria-pressed": String(name === now), click: press }, name[0].toUpperCase() + name.slice(1));
  });
  const empty = last.kind === "solutions" && !last.rows.length;
  place.replaceChildren(
    element("h2", {}, "Answer"),
    element("div", { class: "views", role: "group", "aria-label": "Show as" }, ...tabs, last.rows.length ? switched() : null),
    empty ? element("p", {}, "There is nothing in the graph that fits. An answer without rows is an answer too.") : "",
    last.kind === "boolean" ? element("p", { class: "lead" }, last.truth ? "Yes" : "No") : "",
    offered[now](last, naming),
    downloads(),
    programs(),
    items() ?? "",
  );
}

function switched() {
  const change = () => {
    naming.on = box.checked;
    keep(NAMES, naming.on);
    show();
  };
  const box = element("input", { type: "checkbox", checked: naming.on, change });
  return element("label", { class: "choice" }, box, " Names in place of IRIs");
}

function downloads() {
  const { query } = last;
  const links = FORMATS[last.kind].map((name) => {
    const save = async () => {
      try {
        const media = await endpoint.send(query, { csv: "text/csv", json: "application/sparql-results+json", tsv: "text/tab-separated-values", xml: "application/sparql-results+xml", ttl: "text/turtle", nt: "application/n-triples", jsonld: "application/ld+json", rdf: "application/rdf+xml" }[name]);
        const file = URL.createObjectURL(await media.blob());
        element("a", { href: file, download: `selenograph.${name}` }).click();
        setTimeout(() => URL.revokeObjectURL(file), 1000);
      } catch (error) {
        tell(error.message);
      }
    };
    return element("button", { type: "button", click: save }, name.toUpperCase());
  });
  return element("p", { class: "downloads" }, "Download ", ...links);
}

function programs() {
  const texts = snippets(address, last.query);
  const code = element("pre", { tabindex: "0" });
  let chosen = "curl";
  const choose = (name) => {
    chosen = name;
    code.textContent = texts[name];
  };
  choose(chosen);
  const choices = chooser("In", Object.keys(texts).map((name) => [name, name]), chosen, choose);
  return element("details", { class: "programs" }, element("summary", {}, "As a program"), element("p", {}, choices, " ", copier(() => texts[chosen])), code);
}

// The items of Wikidata in the answer, and those of our resources in it.
function items() {
  const found = last.rows.flat().flatMap((term) => {
    if (term?.type !== "uri") return [];
    const item = term.value.startsWith(ITEMS) ? term.value : naming.known.get(term.value)?.item;
    const name = item?.slice(ITEMS.length);
    return /^Q\d+$/.test(name ?? "") ? [name] : [];
  });
  const unique = [...new Set(found)];
  if (!unique.length) return null;
  const block = valuesBlock(unique);
  const away = `https://query.wikidata.org/#${encodeURIComponent(wikidataQuery(unique))}`;
  return element(
    "details",
    { class: "items" },
    element("summary", {}, `The ${unique.length} Wikidata items of the answer`),
    element("p", {}, copier(block), " ", link(away, "Open in Wikidata’s query service")),
    element("pre", { tabindex: "0" }, block),
  );
}

function past() {
  const found = asked();
  const lines = found.map(({ query, rows, time }) => {
    const shown = query.replace(/^(?:\s*(?:PREFIX\s+\S+\s+<[^>]*>|#.*))*\s*/i, "").replace(/\s+/g, " ").slice(0, 100);
    const again = () => {
      use(query);
      editor.focus();
      scrollTo({ top: 0 });
    };
    return element("li", {}, element("button", { type: "button", click: again }, shown || "…"), element("span", { class: "note" }, ` ${rows ?? 0} rows, ${new Date(time).toLocaleString()}`));
  });
  const clear = () => {
    forget();
    document.querySelector("details.past").replaceWith(past());
  };
  return element(
    "details",
    { class: "past", hidden: !found.length },
    element("summary", {}, `Asked before in this browser (${found.length})`),
    element("ol", {}, ...lines),
    element("button", { type: "button", click: clear }, "Forget them"),
  );
}
