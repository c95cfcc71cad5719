import { useMantineTheme } from "@mantine/core";
import { useCallback } from "react";

/** The colours of the theme by their names, for what is drawn without styles. */
export function useColorOf(): (name: string) => string {
  const { colors } = useMantineTheme();
  return useCallback((name) => colors[name]?.[6] ?? "#868e96", [colors]);
}
