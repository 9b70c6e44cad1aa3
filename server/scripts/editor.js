// The editor: CodeMirror with the SPARQL mode, our completions, and marks where an error is.
import {
  autocompletion,
  closeBrackets,
  closeBracketsKeymap,
  completionKeymap,
} from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import {
  HighlightStyle,
  StreamLanguage,
  bracketMatching,
  indentUnit,
  syntaxHighlighting,
} from "@codemirror/language";
import { sparql } from "@codemirror/legacy-modes/mode/sparql";
import { EditorState, Prec, StateEffect, StateField } from "@codemirror/state";
import { Decoration, EditorView, drawSelection, keymap, lineNumbers } from "@codemirror/view";
import { tags } from "@lezer/highlight";
import { completions } from "./completion.js";

const COLOURS = HighlightStyle.define([
  { tag: tags.keyword, color: "var(--code-keyword)", fontWeight: "600" },
  { tag: [tags.atom, tags.url], color: "var(--code-iri)" },
  { tag: [tags.variableName, tags.local(tags.variableName)], color: "var(--code-variable)" },
  { tag: [tags.string, tags.number], color: "var(--code-literal)" },
  { tag: tags.comment, color: "var(--soft)", fontStyle: "italic" },
  { tag: [tags.operator, tags.bracket, tags.meta], color: "var(--ink)" },
]);
const LOOKS = EditorView.theme({
  "&": {
    border: "1px solid var(--line)",
    borderRadius: "4px",
    background: "var(--panel)",
    color: "var(--ink)",
    fontSize: "0.9rem",
  },
  "&.cm-focused": { outline: "3px solid var(--link)", outlineOffset: "2px" },
  ".cm-scroller": {
    fontFamily: "ui-monospace, monospace",
    lineHeight: "1.5",
    minHeight: "12rem",
    maxHeight: "60vh",
  },
  ".cm-content": { caretColor: "var(--ink)" },
  ".cm-cursor": { borderLeftColor: "var(--ink)" },
  ".cm-gutters": { background: "transparent", color: "var(--soft)", border: "none" },
  "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground":
    { background: "var(--code-selection)" },
  "&.cm-focused .cm-matchingBracket": { background: "var(--code-selection)" },
  ".cm-tooltip": {
    background: "var(--paper)",
    color: "var(--ink)",
    border: "1px solid var(--line)",
  },
  ".cm-tooltip-autocomplete > ul > li[aria-selected]": {
    background: "var(--link)",
    color: "var(--paper)",
  },
  ".wrong": { textDecoration: "underline wavy var(--code-wrong) 2px", textUnderlineOffset: "3px" },
  ".wrong-line": { background: "color-mix(in srgb, var(--code-wrong) 14%, transparent)" },
  ".cm-completionDetail": { fontStyle: "normal", color: "inherit", opacity: "0.8" },
});

const marked = StateEffect.define();
// Where an error is, until the text changes.
const MARKS = StateField.define({
  create: () => Decoration.none,
  update(marks, transaction) {
    const found = transaction.effects.find((effect) => effect.is(marked));
    if (found) return found.value;
    return transaction.docChanged ? Decoration.none : marks;
  },
  provide: (field) => EditorView.decorations.from(field),
});

// The styles of the editor go into a shadow tree, where they need no <style> that a strict policy
// forbids.
export function edited(host, text, terms, run) {
  const root = host.attachShadow({ mode: "open" });
  const keys = [
    { key: "Mod-Enter", run: () => (run(), true) },
    ...closeBracketsKeymap,
    ...completionKeymap,
    ...historyKeymap,
    ...defaultKeymap,
  ];
  const view = new EditorView({
    root,
    parent: root,
    state: EditorState.create({
      doc: text,
      extensions: [
        lineNumbers(),
        MARKS,
        history(),
        drawSelection(),
        bracketMatching(),
        closeBrackets(),
        indentUnit.of("  "),
        EditorView.lineWrapping,
        StreamLanguage.define(sparql),
        syntaxHighlighting(COLOURS),
        autocompletion({ override: [completions(terms)], icons: false }),
        Prec.high(keymap.of(keys)),
        EditorView.contentAttributes.of({ "aria-label": "SPARQL query", tabindex: "0" }),
        LOOKS,
      ],
    }),
  });
  return new Editor(view);
}

class Editor {
  constructor(view) {
    this.view = view;
  }

  get text() {
    return this.view.state.doc.toString();
  }

  set text(text) {
    this.view.dispatch({ changes: { from: 0, to: this.view.state.doc.length, insert: text } });
  }

  focus() {
    this.view.focus();
  }

  clear() {
    this.view.dispatch({ effects: marked.of(Decoration.none) });
  }

  // Mark what is wrong, and put the cursor there.
  mark(line, column) {
    const { doc } = this.view.state;
    const within = doc.line(Math.min(Math.max(line, 1), doc.lines));
    const at = Math.min(within.from + Math.max(column - 1, 0), within.to);
    const from = at === within.to ? Math.max(within.from, at - 1) : at;
    const word = /^[\w:?-]*/.exec(doc.sliceString(from, within.to))[0].length || 1;
    const to = Math.min(from + word, within.to);
    const marks = [Decoration.line({ class: "wrong-line" }).range(within.from)];
    if (from < to) marks.push(Decoration.mark({ class: "wrong" }).range(from, to));
    const effects = marked.of(Decoration.set(marks, true));
    this.view.dispatch({ effects, selection: { anchor: at }, scrollIntoView: true });
  }
}
