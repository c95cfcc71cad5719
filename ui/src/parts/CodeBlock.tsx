import styles from "~/parts/CodeBlock.module.css";
import { Copy } from "~/parts/Copy";
import { highlighted, type Token } from "~/parts/yaml";

type Props = { code: string; language?: "yaml" | "text"; label: string };

/** Something to copy: a file, or a command. */
export function CodeBlock({ code, language = "yaml", label }: Props) {
  const text = code.replace(/\n+$/, "");
  const lines: Token[][] =
    language === "yaml" ? highlighted(text) : text.split("\n").map((line) => [{ kind: "text", text: line }]);
  const look = `${styles.code} ${language === "text" ? styles.wrapped : ""}`;
  return (
    <div className={styles.block}>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls sideways has to be scrolled by keys, too */}
      <section className={look} tabIndex={0} aria-label={label}>
        <code>
          {lines.map((line, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: lines have nothing but their place
            <span className={styles.line} key={index}>
              {line.map((each, place) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: so do the pieces of a line
                <span key={place} className={styles[each.kind]}>
                  {each.text}
                </span>
              ))}
            </span>
          ))}
        </code>
      </section>
      <div className={styles.copy}>
        <Copy text={`${text}\n`} label={`Copy: ${label.toLowerCase()}`} />
      </div>
    </div>
  );
}
