import { useEffect, useRef, useState } from "react";

const PAUSE = 450; // milliseconds without a key before what is typed is written

/** What is being typed into a field: it is written when there is a pause, or the field is left. */
export function useTyped(value: string, write: (value: string) => void) {
  const [typed, setTyped] = useState<string | null>(null);
  const now = useRef({ value, write, typed });
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => {
    now.current.value = value;
    now.current.write = write;
  });
  useEffect(() => () => clearTimeout(timer.current), []);

  const commit = () => {
    clearTimeout(timer.current);
    timer.current = undefined;
    const next = now.current.typed;
    if (next !== null && next !== now.current.value) now.current.write(next);
  };
  const type = (next: string | null) => {
    now.current.typed = next;
    setTyped(next);
  };
  return {
    value: typed ?? value,
    onFocus: () => type(value),
    onBlur: () => {
      commit();
      type(null);
    },
    onChange: (next: string) => {
      type(next);
      clearTimeout(timer.current);
      timer.current = setTimeout(commit, PAUSE);
    },
  };
}
