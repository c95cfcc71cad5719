import { Text, type TextProps } from "@mantine/core";
import { exactTime, relativeTime } from "~/parts/times";
import { useNow } from "~/parts/useNow";

/** A moment, said as people say it; the exact time shows when it is pointed at. */
export function When({ at, ...rest }: { at: string | null | undefined } & TextProps) {
  const now = useNow();
  if (at === null || at === undefined) return <Text {...rest}>–</Text>;
  return (
    <Text component="time" dateTime={at} title={exactTime(at)} {...rest}>
      {relativeTime(at, now)}
    </Text>
  );
}
