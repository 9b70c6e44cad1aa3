// The query as commands and programs, quoted as each language wants it.

export function snippets(endpoint, query) {
  return {
    curl: `curl ${shell(endpoint)} -H 'Accept: text/csv' --data-urlencode ${shell(`query=${query}`)}`,
    Python: `# pip install pandas
from io import StringIO
from urllib.parse import urlencode
from urllib.request import Request, urlopen

import pandas

query = ${python(query)}
asked = Request(${python(endpoint)}, urlencode({"query": query}).encode(), {"Accept": "text/csv"})
with urlopen(asked) as answer:
    table = pandas.read_csv(StringIO(answer.read().decode()))
print(table)
`,
    R: `# install.packages(c("httr2", "readr"))
library(httr2)

query <- ${r(query)}
answer <- request(${r(endpoint)}) |>
  req_headers(Accept = "text/csv") |>
  req_body_form(query = query) |>
  req_perform()
table <- readr::read_csv(resp_body_string(answer))
print(table)
`,
  };
}

function shell(text) {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

// Strings of JSON are strings of Python and of R; line breaks are kept for the eye.
function python(text) {
  const json = JSON.stringify(text);
  if (!text.includes("\n")) return json;
  const inside = json.slice(1, -1).replace(/\\(.)/g, (whole, next) => ({ n: "\n", '"': '"' })[next] ?? whole);
  return inside.includes('"""') || inside.endsWith('"') ? json : `"""${inside}"""`;
}

function r(text) {
  return JSON.stringify(text).replace(/\\(.)/g, (whole, next) => (next === "n" ? "\n" : whole));
}

// A query with the items of an answer, for Wikidata's own query service.
export function valuesBlock(items) {
  const names = items.map((item) => `wd:${item}`);
  const lines = [];
  for (let from = 0; from < names.length; from += 10) lines.push(`  ${names.slice(from, from + 10).join(" ")}`);
  return `VALUES ?item {\n${lines.join("\n")}\n}`;
}

export function wikidataQuery(items) {
  const block = valuesBlock(items).replaceAll("\n", "\n  ");
  return `SELECT ?item ?itemLabel WHERE {
  ${block}
  SERVICE wikibase:label { bd:serviceParam wikibase:language "[AUTO_LANGUAGE],en" . }
}`;
}
