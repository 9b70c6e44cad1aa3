// Terms of answers, and what kind of columns they make.

const XSD = "http://www.w3.org/2001/XMLSchema#";
const NUMBERS = new Set(
  ["integer", "decimal", "double", "float", "int", "long", "nonNegativeInteger"].map((n) => XSD + n),
);
const DATES = new Set(["date", "dateTime", "gYearMonth", "gYear"].map((name) => XSD + name));

export function isNumber(term) {
  return term?.type === "literal" && NUMBERS.has(term.datatype);
}

// Return the day or moment of a date, at its beginning where it is a month or a year.
export function day(term) {
  if (term?.type !== "literal" || !DATES.has(term.datatype)) return null;
  const [, year, month = "01", date = "01", rest = ""] =
    /^(-?\d{4,})(?:-(\d\d))?(?:-(\d\d))?(T.*|Z|[+-]\d\d:\d\d)?$/.exec(term.value) ?? [];
  if (!year || year.length > 4) return null;
  const time = new Date(`${year}-${month}-${date}${rest.startsWith("T") ? rest : ""}`);
  return Number.isNaN(time.getTime()) ? null : time;
}

// The words for a term: with names, what the graph calls it; else the IRI as it is written.
export function words(term, naming) {
  if (!term) return "";
  if (term.type === "uri") return (naming.on && naming.known.get(term.value)?.label) || naming.short(term.value);
  if (term.type === "bnode") return `_:${term.value}`;
  if (term.type === "triple") {
    const { subject, predicate, object } = term.value;
    return `<<( ${[subject, predicate, object].map((part) => words(part, naming)).join(" ")} )>>`;
  }
  return term.value;
}

export function shortener(prefixes, base) {
  const known = Object.entries(prefixes).sort((one, other) => other[1].length - one[1].length);
  return (iri) => {
    const [prefix, namespace] = known.find(([, start]) => iri.startsWith(start) && iri !== start) ?? [];
    if (prefix) return `${prefix}:${iri.slice(namespace.length)}`;
    return iri.startsWith(base) ? iri.slice(base.length) : iri;
  };
}

// Return the places of the columns of which a part of the values pass a test.
export function columnsOf({ columns, rows }, test) {
  return columns
    .map((_, at) => at)
    .filter((at) => {
      const given = rows.map((row) => row[at]).filter(Boolean);
      return given.length > 0 && given.filter(test).length * 2 >= given.length;
    });
}

export function groups(rows, key) {
  const found = new Map();
  for (const row of rows) {
    const name = key(row);
    found.set(name, [...(found.get(name) ?? []), row]);
  }
  return found;
}
