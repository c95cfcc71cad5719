import { useEffect, useRef } from "react";
import styles from "~/features/asset/Asset.module.css";
import type { Source } from "~/features/asset/useAsset";
import { number } from "~/parts/amounts";
import code from "~/parts/CodeBlock.module.css";
import { highlighted, type Token } from "~/parts/yaml";

const ABOVE = 4; // lines that are seen before those that are asked for

/** Lines of a file with their numbers; those that are asked for stand out, and can be seen. */
export function SourceLines({ source }: { source: Source }) {
  const { text, first, language, start, end, lines, file } = source;
  const box = useRef<HTMLElement>(null);
  useEffect(() => {
    const marked = box.current?.querySelector<HTMLElement>("[data-marked]");
    if (box.current !== null && marked !== null && marked !== undefined)
      box.current.scrollTop = marked.offsetTop - box.current.offsetTop - ABOVE * marked.offsetHeight;
  });
  const shown: Token[][] =
    language === "yaml" ? highlighted(text) : text.split("\n").map((line) => [{ kind: "text", text: line }]);
  const isMarked = (line: number) => start !== null && end !== null && line >= start && line <= end;
  const last = first + shown.length - 1;
  return (
    <div className={code.block}>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be scrolled by keys, too */}
      <section ref={box} className={styles.source} tabIndex={0} aria-label={`Lines of ${file}`}>
        {first > 1 && <Gap count={first - 1} />}
        {shown.map((tokens, index) => (
          <div
            // biome-ignore lint/suspicious/noArrayIndexKey: lines have nothing but their place
            key={index}
            className={styles.line}
            data-marked={isMarked(first + index) || undefined}
          >
            <span className={styles.number}>{first + index}</span>
            <code>
              {tokens.map((each, place) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: so do the pieces of a line
                <span key={place} className={code[each.kind]}>
                  {each.text}
                </span>
              ))}
            </code>
          </div>
        ))}
        {last < lines && <Gap count={lines - last} />}
      </section>
    </div>
  );
}

function Gap({ count }: { count: number }) {
  return (
    <div className={styles.line}>
      <span className={styles.number}>⋮</span>
      <span style={{ color: "var(--mantine-color-dimmed)" }}>{number(count)} more lines</span>
    </div>
  );
}
