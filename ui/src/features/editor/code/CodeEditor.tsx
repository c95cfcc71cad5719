import { closeBrackets, closeBracketsKeymap, completionKeymap } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap, indentWithTab } from "@codemirror/commands";
import { yaml } from "@codemirror/lang-yaml";
import { bracketMatching, indentOnInput, indentUnit } from "@codemirror/language";
import { lintGutter, lintKeymap, setDiagnostics } from "@codemirror/lint";
import { highlightSelectionMatches, search, searchKeymap } from "@codemirror/search";
import { EditorState } from "@codemirror/state";
import {
  drawSelection,
  EditorView,
  highlightActiveLine,
  highlightActiveLineGutter,
  keymap,
  lineNumbers,
  tooltips,
} from "@codemirror/view";
import { useEffect, useEffectEvent, useRef } from "react";
import { nonce } from "~/app/nonce";
import type { Diagnosis } from "~/features/editor/asking";
import styles from "~/features/editor/code/CodeEditor.module.css";
import { look } from "~/features/editor/code/look";
import { completions, documentation, marksOf } from "~/features/editor/code/questions";
import { spliceOf } from "~/features/editor/texts";

type Props = {
  path: string;
  text: string;
  onChange: (text: string) => void;
  diagnosis: Diagnosis | undefined;
  height: string;
  /** The line that somebody wants to see; another object each time. */
  target?: { line: number } | undefined;
};

/** A component file as YAML: with suggestions, documentation and mistakes as they are typed. */
export function CodeEditor({ path, text, onChange, diagnosis, height, target }: Props) {
  const place = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView>(undefined);
  const tell = useEffectEvent(onChange);
  const begin = useEffectEvent(() => text);

  useEffect(() => {
    if (place.current === null) return;
    const made = new EditorView({ parent: place.current, state: stateOf(path, begin(), tell) });
    made.scrollDOM.tabIndex = 0; // what scrolls sideways has to be scrolled by keys, too
    view.current = made;
    return () => {
      made.destroy();
      view.current = undefined;
    };
  }, [path]);

  useEffect(() => {
    const changes = view.current && spliceOf(view.current.state.doc.toString(), text);
    if (changes) view.current?.dispatch({ changes });
  }, [text]);

  useEffect(() => {
    const made = view.current;
    if (made === undefined || diagnosis === undefined || made.state.doc.toString() !== diagnosis.text) return;
    made.dispatch(setDiagnostics(made.state, marksOf(diagnosis.mistakes, diagnosis.text)));
  }, [diagnosis]);

  useEffect(() => {
    const made = view.current;
    if (made === undefined || target === undefined) return;
    const { from } = made.state.doc.line(Math.min(Math.max(target.line, 1), made.state.doc.lines));
    made.dispatch({ selection: { anchor: from }, effects: EditorView.scrollIntoView(from, { y: "center" }) });
    made.focus();
  }, [target]);

  return <div className={styles.frame} style={{ height }} ref={place} />;
}

function stateOf(path: string, text: string, tell: (text: string) => void): EditorState {
  return EditorState.create({
    doc: text,
    extensions: [
      EditorView.cspNonce.of(nonce()),
      EditorView.contentAttributes.of({ "aria-label": `YAML of ${path}`, spellcheck: "false" }),
      lineNumbers(),
      highlightActiveLine(),
      highlightActiveLineGutter(),
      drawSelection(),
      history(),
      indentUnit.of("  "),
      indentOnInput(),
      bracketMatching(),
      closeBrackets(),
      highlightSelectionMatches(),
      search({ top: true }),
      lintGutter(),
      yaml(),
      completions(path),
      documentation(path),
      look,
      // In the page rather than in the editor, so that nothing around it cuts them off.
      tooltips({ position: "fixed", parent: document.body }),
      keymap.of([
        ...closeBracketsKeymap,
        ...completionKeymap,
        ...searchKeymap,
        ...historyKeymap,
        ...lintKeymap,
        ...defaultKeymap,
        indentWithTab,
      ]),
      EditorView.updateListener.of((update) => {
        if (update.docChanged) tell(update.state.doc.toString());
      }),
    ],
  });
}
