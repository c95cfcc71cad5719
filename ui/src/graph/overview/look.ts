import type { MantineTheme } from "@mantine/core";

/** The colours of a theme. */
export type Inks = {
  text: string;
  dimmed: string;
  edge: string;
  card: string;
  accent: string;
  of: (name: string) => string;
};

/** How assets look: the colour of each, and which of them stand out (all, when that is left out). */
export type Look = { colors: readonly string[]; strong?: Uint8Array | undefined; inks: Inks };

/** The colours of the theme, as a canvas needs them. */
export function inksOf(theme: MantineTheme, scheme: "light" | "dark"): Inks {
  const isDark = scheme === "dark";
  const { colors } = theme;
  return {
    text: (isDark ? colors.dark[0] : colors.gray[9]) ?? "",
    dimmed: (isDark ? colors.dark[2] : colors.gray[6]) ?? "",
    edge: (isDark ? colors.dark[1] : colors.gray[7]) ?? "",
    card: (isDark ? colors.dark[7] : theme.white) ?? "",
    accent: colors[theme.primaryColor]?.[isDark ? 4 : 7] ?? "",
    of: (name) => colors[name]?.[isDark ? 5 : 6] ?? "",
  };
}
