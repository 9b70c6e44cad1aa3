// Elements from plain text. Nothing here, or anywhere else, is read as HTML.

const SVG = "http://www.w3.org/2000/svg";

export function element(name, attributes = {}, ...children) {
  return filled(document.createElement(name), attributes, children);
}

export function drawn(name, attributes = {}, ...children) {
  return filled(document.createElementNS(SVG, name), attributes, children);
}

function filled(node, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") node.addEventListener(name, value);
    else if (value === true) node.setAttribute(name, "");
    else if (value !== false && value != null) node.setAttribute(name, value);
  }
  node.append(...children.filter((child) => child != null));
  return node;
}

// Where a link to an IRI may lead: nowhere, unless it is on the web.
export function target(iri, base, root) {
  if (!/^https?:\/\//i.test(iri) || !URL.canParse(iri)) return null;
  return iri.startsWith(base) ? `${root}/${encodeURI(iri.slice(base.length))}` : iri;
}

export function link(href, ...children) {
  return element("a", { href, rel: "noopener" }, ...children);
}

// A list to choose from; options are pairs of a value and its text.
export function chooser(label, options, chosen, change) {
  const select = element(
    "select",
    { change: () => change(select.value) },
    ...options.map(([value, text]) =>
      element("option", { value, selected: value === chosen }, text),
    ),
  );
  return element("label", { class: "choice" }, `${label} `, select);
}

export function copier(text) {
  const button = element(
    "button",
    {
      type: "button",
      click: async () => {
        await copied(typeof text === "function" ? text() : text);
        button.textContent = "Copied";
        setTimeout(() => (button.textContent = "Copy"), 1500);
      },
    },
    "Copy",
  );
  return button;
}

// The clipboard is closed to pages that came over HTTP from another machine.
export async function copied(text) {
  if (navigator.clipboard) return navigator.clipboard.writeText(text);
  const area = element("textarea", { class: "away", "aria-hidden": "true" });
  area.value = text;
  document.body.append(area);
  area.select();
  document.execCommand("copy");
  area.remove();
}
