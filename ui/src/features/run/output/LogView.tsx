import { useVirtualizer } from "@tanstack/react-virtual";
import { type UIEvent, useDeferredValue, useEffect, useMemo, useRef, useState } from "react";
import { LogBar } from "~/features/run/output/LogBar";
import { LogLine } from "~/features/run/output/LogLine";
import styles from "~/features/run/output/LogView.module.css";
import { matchesOf } from "~/features/run/output/search";
import { addressOf, type Printed, useOutput } from "~/features/run/output/useOutput";
import { Wrong } from "~/parts/Wrong";

const LINE = 20; // pixels
const NEAR = 30; // pixels from the end that still count as the end

type Props = { of: Printed; isGrowing: boolean };

/** What an attempt prints: as it comes, whatever its size, with a search. */
export function LogView({ of, isGrowing }: Props) {
  const { lines, version, isComplete, error } = useOutput(of, isGrowing);
  const [isWrapped, setWrapped] = useState(false);
  const [isFollowing, setFollowing] = useState(isGrowing);
  const search = useLogSearch(lines, version);
  const box = useRef<HTMLElement>(null);
  const rows = useVirtualizer({
    count: lines.count,
    getScrollElement: () => box.current,
    estimateSize: () => LINE,
    overscan: 12,
  });

  // biome-ignore lint/correctness/useExhaustiveDependencies: lines grow in place, and the version tells
  useEffect(() => {
    if (isFollowing && lines.count > 0) rows.scrollToIndex(lines.count - 1, { align: "end" });
  }, [isFollowing, version, rows]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: heights are others when lines are broken, and not
  useEffect(() => rows.measure(), [isWrapped, rows]);
  const current = search.current;
  useEffect(() => {
    if (current === undefined) return;
    setFollowing(false);
    rows.scrollToIndex(current, { align: "center" });
  }, [current, rows]);

  const noteScroll = (event: UIEvent<HTMLElement>) => {
    const { scrollHeight, scrollTop, clientHeight } = event.currentTarget;
    if (scrollHeight - scrollTop - clientHeight > NEAR && isFollowing && !rows.isScrolling)
      setFollowing(false);
  };
  const digits = String(lines.count).length;
  return (
    <div className={styles.frame}>
      <LogBar
        search={search}
        isWrapped={isWrapped}
        wrap={setWrapped}
        isFollowing={isFollowing}
        follow={setFollowing}
        download={addressOf(of)}
        name={`${of.step.replace(/[^\w.-]+/g, "-")}-${of.attempt}.log`}
        count={lines.count}
      />
      {error !== null && <Wrong error={error} />}
      <section
        ref={box}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be scrolled by keys, too
        tabIndex={0}
        aria-label={`Output of ${of.step}, attempt ${of.attempt}`}
        className={`${styles.log} ${isWrapped ? styles.wrapped : ""}`}
        onScroll={noteScroll}
        onWheel={(event) => event.deltaY < 0 && setFollowing(false)}
      >
        {lines.count === 0 && error === null && (
          <p className={styles.note}>{noteOf(isComplete, isGrowing)}</p>
        )}
        <div
          className={styles.canvas}
          style={{
            height: rows.getTotalSize(),
            width: isWrapped ? undefined : `calc(${lines.longest + digits}ch + 60px)`,
          }}
        >
          {rows.getVirtualItems().map(({ index, start, key }) => (
            <div
              key={key}
              data-index={index}
              ref={isWrapped ? rows.measureElement : undefined}
              className={`${styles.line} ${index === current ? styles.current : ""}`}
              style={{ transform: `translateY(${start}px)` }}
            >
              <span className={styles.number} style={{ width: `calc(${digits}ch + 19px)` }}>
                {index + 1}
              </span>
              <span>
                <LogLine text={lines.at(index)} word={search.shown} />
              </span>
            </div>
          ))}
        </div>
      </section>
    </div>
  );
}

function noteOf(isComplete: boolean, isGrowing: boolean): string {
  if (isComplete) return "It has printed nothing.";
  return isGrowing ? "It hasn't printed anything yet." : "Reading…";
}

export type LogSearch = {
  word: string;
  /** What is marked: the word, a moment later. */
  shown: string;
  look: (word: string) => void;
  count: number;
  place: number;
  /** The line that was gone to. */
  current: number | undefined;
  go: (way: 1 | -1) => void;
};

function useLogSearch(lines: Parameters<typeof matchesOf>[0], version: number): LogSearch {
  const [word, setWord] = useState("");
  const [place, setPlace] = useState(0);
  const shown = useDeferredValue(word.trim());
  // biome-ignore lint/correctness/useExhaustiveDependencies: lines grow in place, and the version tells
  const found = useMemo(() => matchesOf(lines, shown), [lines, version, shown]);
  const at = Math.min(place, Math.max(0, found.length - 1));
  return {
    word,
    shown,
    count: found.length,
    place: at,
    current: found[at],
    look: (next) => {
      setWord(next);
      setPlace(0);
    },
    go: (way) => found.length > 0 && setPlace((at + way + found.length) % found.length),
  };
}
