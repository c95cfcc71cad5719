import { type Piece, pieces } from "~/features/run/output/ansi";
import styles from "~/features/run/output/LogView.module.css";
import { cutAt } from "~/features/run/output/search";

/** What a line says, in its colours, with what is searched for marked. */
export function LogLine({ text, word }: { text: string; word: string }) {
  return pieces(text).map((each, index) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: pieces have nothing but their place
    <span key={index} className={classOf(each)}>
      {cutAt(each.text, word).map((part, place) =>
        // biome-ignore lint/suspicious/noArrayIndexKey: so do parts
        place % 2 === 1 ? <mark key={place}>{part}</mark> : part,
      )}
    </span>
  ));
}

function classOf({ look }: Piece): string | undefined {
  if (look === "") return undefined;
  return look
    .split(" ")
    .map((each) => styles[each])
    .join(" ");
}
