// What is asked of the server, and what it answers.

const RESULTS = "application/sparql-results+json";
const ACCEPT = `${RESULTS}, text/turtle;q=0.9`;
const PER_QUESTION = 300;
const MOST_NAMES = 1500;

export class Refused extends Error {
  constructor(problem) {
    super(problem.detail || problem.title);
    this.problem = problem;
  }
}

export class Endpoint {
  constructor(address, base) {
    this.address = address;
    this.base = base;
    this.known = new Map();
  }

  // Return the answer with the seconds it took; throw Refused where there is none.
  async ask(query, signal) {
    const began = performance.now();
    const answer = await this.send(query, ACCEPT, signal);
    const text = await answer.text();
    const seconds = (performance.now() - began) / 1000;
    const type = answer.headers.get("Content-Type") ?? "";
    const found = { text, seconds, columns: [], rows: [], kind: "graph" };
    if (!type.startsWith(RESULTS)) return found;
    const results = JSON.parse(text);
    if ("boolean" in results) return { ...found, kind: "boolean", truth: results.boolean };
    // Own properties alone: a variable may be named constructor.
    const columns = results.head.vars;
    const rows = results.results.bindings.map((row) =>
      columns.map((name) => (Object.hasOwn(row, name) ? row[name] : null)),
    );
    return { ...found, kind: "solutions", columns, rows };
  }

  async send(query, accept, signal) {
    let answer;
    try {
      answer = await fetch(this.address, {
        method: "POST",
        headers: { Accept: accept },
        body: new URLSearchParams({ query }),
        signal,
      });
    } catch (error) {
      if (error.name === "AbortError") throw error;
      throw new Refused({ title: "No connection", detail: "The server cannot be reached." });
    }
    if (answer.ok) return answer;
    throw new Refused(await problem(answer));
  }

  // Return what the graph calls resources, with their codes and items; ask once for each.
  async names(iris, language) {
    const missing = [...new Set(iris)].filter((iri) => !this.known.has(iri)).slice(0, MOST_NAMES);
    for (let from = 0; from < missing.length; from += PER_QUESTION) {
      const part = missing.slice(from, from + PER_QUESTION);
      const found = await this.ask(this.question(part, language)).catch(() => null);
      if (!found) break;
      for (const iri of part) this.known.set(iri, {});
      for (const [iri, label, name, title, code, item] of found.rows) {
        const told = this.known.get(iri?.value);
        if (!told) continue;
        told.label ??= (name ?? label ?? title)?.value;
        told.code ??= code?.value;
        told.item ??= item?.value;
      }
    }
    return this.known;
  }

  question(iris, language) {
    const own = /^[a-z]{2,3}$/.test(language) ? language : "en";
    return `PREFIX dcterms: <http://purl.org/dc/terms/>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
PREFIX sg: <${this.base}ontology/>
SELECT ?iri ?label ?name ?title ?code ?item WHERE {
  VALUES ?iri { ${iris.map((iri) => `<${iri}>`).join(" ")} }
  OPTIONAL { ?iri rdfs:label ?label }
  OPTIONAL { ?iri skos:prefLabel ?name FILTER(LANG(?name) = "${own}") }
  OPTIONAL { ?iri dcterms:title ?title }
  OPTIONAL { ?iri sg:isoAlpha3 ?code }
  OPTIONAL { ?iri skos:exactMatch ?item FILTER(STRSTARTS(STR(?item), "${ITEMS}")) }
}`;
  }
}

export const ITEMS = "http://www.wikidata.org/entity/";

async function problem(answer) {
  try {
    return await answer.json();
  } catch {
    return { title: answer.statusText, status: answer.status, detail: "" };
  }
}

// IRIs that may be written between angle brackets.
export function isPlain(iri) {
  return /^[A-Za-z][\w+.-]*:[^\s<>"{}|^`\\]*$/.test(iri);
}
