// What can be written next: our prefixes, classes and properties, keywords, and variables.
import { pickedCompletion } from "@codemirror/autocomplete";

const KEYWORDS = (
  "SELECT DISTINCT CONSTRUCT ASK DESCRIBE WHERE FILTER OPTIONAL UNION MINUS GRAPH VALUES BIND AS " +
  "PREFIX ORDER BY GROUP HAVING LIMIT OFFSET FROM NAMED EXISTS NOT IN UNDEF ASC DESC COUNT SUM MIN MAX " +
  "AVG SAMPLE GROUP_CONCAT BOUND COALESCE CONCAT CONTAINS DATATYPE IF LANG LCASE REGEX STR STRSTARTS " +
  "STRENDS SUBSTR UCASE YEAR MONTH DAY"
).split(" ");

export function completions({ prefixes, classes, properties }) {
  const terms = [
    ...classes.map((term) => option(term, "class")),
    ...properties.map((term) => option(term, "property")),
  ];
  const keywords = KEYWORDS.map((word) => ({ label: word, type: "keyword" }));
  const namespaces = Object.entries(prefixes).map(([prefix, iri]) => ({
    label: `${prefix}:`,
    detail: iri,
    type: "namespace",
    apply: inserted(prefixes),
  }));

  function option({ name, label, count }, type) {
    const detail = `${label} · ${count.toLocaleString("en")}`;
    return { label: name, detail, type, apply: inserted(prefixes) };
  }

  return (context) => {
    const variable = context.matchBefore(/[?$]\w*/);
    if (variable) return { from: variable.from, options: variables(context, variable.text) };
    const word = context.matchBefore(/[\w-]+:?[\w-]*/);
    if (!word && !context.explicit) return null;
    const from = word?.from ?? context.pos;
    const before = context.state.sliceDoc(Math.max(0, from - 100), from);
    if (/<[^<>\s]*$|#[^\n]*$|["'][^"'\n]*$/.test(before)) return null;
    // After "a" comes a class; elsewhere a property is likelier.
    const wanted = /(?:\ba|rdf:type)\s+$/.test(before) ? "class" : "property";
    const ranked = terms.map((term) => ({ ...term, boost: term.type === wanted ? 50 : 0 }));
    return {
      from,
      options: [...ranked, ...namespaces, ...keywords],
      validFor: /^[\w-]*:?[\w-]*$/,
    };
  };
}

function variables(context, typed) {
  const text = context.state.doc.toString();
  const found = new Set(text.match(/[?$]\w+/g));
  found.delete(typed);
  return [...found].map((label) => ({ label, type: "variable" }));
}

// Insert a term, and the declaration of its prefix where the query lacks it.
function inserted(prefixes) {
  return (view, completion, from, to) => {
    const prefix = completion.label.split(":")[0];
    const changes = [{ from, to, insert: completion.label }];
    const declared = new RegExp(`PREFIX\\s+${prefix}:`, "i").test(view.state.doc.toString());
    let ahead = 0;
    if (!declared) {
      const line = `PREFIX ${prefix}: <${prefixes[prefix]}>\n`;
      changes.unshift({ from: 0, insert: line });
      ahead = line.length;
    }
    view.dispatch({
      changes,
      selection: { anchor: from + completion.label.length + ahead },
      annotations: pickedCompletion.of(completion),
    });
  };
}
