import ReactMarkdown from "react-markdown";
import remarkGfm from "remark-gfm";
import styles from "~/parts/Prose.module.css";

const PLUGINS = [remarkGfm];

/** What somebody wrote about something, as Markdown; HTML in it is text. Only for pages that are loaded when needed. */
export function Prose({ text, dimmed = false }: { text: string; dimmed?: boolean }) {
  return (
    <div className={styles.prose} style={dimmed ? { color: "var(--mantine-color-dimmed)" } : undefined}>
      <ReactMarkdown
        remarkPlugins={PLUGINS}
        components={{ a: Outward, h1: "h4", h2: "h4", h3: "h4", img: Alt }}
      >
        {text}
      </ReactMarkdown>
    </div>
  );
}

function Outward({ href, children }: React.ComponentPropsWithoutRef<"a">) {
  return (
    <a href={href} target="_blank" rel="noreferrer noopener" style={{ color: "var(--mantine-color-anchor)" }}>
      {children}
    </a>
  );
}

/** Pictures of other hosts aren't loaded: they would tell these who reads. */
function Alt({ alt }: React.ComponentPropsWithoutRef<"img">) {
  return <em>{alt}</em>;
}
