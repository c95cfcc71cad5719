import {
  autocompletion,
  type Completion,
  type CompletionContext,
  type CompletionResult,
} from "@codemirror/autocomplete";
import type { Diagnostic } from "@codemirror/lint";
import type { Extension } from "@codemirror/state";
import { type EditorView, hoverTooltip } from "@codemirror/view";
import { type ApiRecord, api, given } from "~/api/client";
import type { Mistake } from "~/features/editor/asking";
import { elementOf } from "~/features/editor/code/words";
import { edited, offsetOf, placeOf, spliceOf } from "~/features/editor/texts";

type Suggestion = ApiRecord<"EditorSuggestion">;

const KINDS: Record<Suggestion["kind"], string> = {
  type: "class",
  attribute: "property",
  value: "enum",
  variable: "variable",
  function: "function",
  filter: "method",
  asset: "namespace",
  file: "text",
  snippet: "keyword",
};
const OPENS = /[\w:. {|/\-"'[]$/;

/** What may be typed, as the server knows it. */
export function completions(path: string): Extension {
  const source = async (context: CompletionContext): Promise<CompletionResult | null> => {
    const before = context.state.sliceDoc(Math.max(0, context.pos - 1), context.pos);
    if (!context.explicit && !OPENS.test(before)) return null;
    const text = context.state.doc.toString();
    const controller = new AbortController();
    context.addEventListener("abort", () => controller.abort());
    try {
      const body = { path, text, ...placeOf(text, context.pos) };
      const found = await given(api.POST("/api/editor/complete", { body, signal: controller.signal }));
      const [first] = found.items;
      if (first === undefined) return null;
      const from = offsetOf(text, first.range.start);
      return {
        from: Math.min(from, context.pos),
        to: offsetOf(text, first.range.end),
        options: found.items.map(completionOf),
        ...(found.complete ? { validFor: /^[\w./-]*$/ } : {}),
      };
    } catch {
      return null; // whoever types goes on typing
    }
  };
  return autocompletion({ override: [source], icons: false, activateOnTypingDelay: 120 });
}

function completionOf(each: Suggestion): Completion {
  return {
    label: each.label,
    apply: each.insert,
    type: KINDS[each.kind],
    detail: each.detail,
    boost: -each.order,
    ...(each.documentation === "" ? {} : { info: () => elementOf(each.documentation) }),
  };
}

/** What is known of what is pointed at. */
export function documentation(path: string): Extension {
  return hoverTooltip(
    async (view, pos) => {
      const text = view.state.doc.toString();
      try {
        const found = await given(
          api.POST("/api/editor/hover", { body: { path, text, ...placeOf(text, pos) } }),
        );
        if (found.range === null || found.range === undefined) return null;
        return {
          pos: offsetOf(text, found.range.start),
          end: offsetOf(text, found.range.end),
          above: true,
          create: () => ({ dom: elementOf(found.text) }),
        };
      } catch {
        return null;
      }
    },
    { hoverTime: 350 },
  );
}

/** Mistakes as the editor marks them, with what mends them. */
export function marksOf(mistakes: readonly Mistake[], text: string): Diagnostic[] {
  return mistakes.map((each) => {
    const from = offsetOf(text, each.range.start);
    return {
      from,
      to: Math.max(from, offsetOf(text, each.range.end)),
      severity: each.severity,
      source: each.code,
      message: [each.message, each.why, each.fix === "" ? "" : `Fix: ${each.fix}`]
        .filter((part) => part !== "")
        .join("\n"),
      actions: each.fixes.map((fix) => ({
        name: fix.title,
        apply: (view: EditorView) => {
          const before = view.state.doc.toString();
          const changes = before === text ? spliceOf(before, edited(before, fix.edits)) : null;
          if (changes !== null) view.dispatch({ changes, userEvent: "input.fix" });
        },
      })),
    };
  });
}
