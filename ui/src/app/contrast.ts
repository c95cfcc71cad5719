import type { CSSVariablesResolver } from "@mantine/core";

/** Inks of badges, buttons and icons on white and on tints: dark enough to be read by everybody (WCAG AA). */
const INKS: Record<string, string> = {
  gray: "#495057",
  red: "#b02525",
  pink: "#a61e4d",
  grape: "#862e9c",
  violet: "#5f3dc4",
  indigo: "#364fc7",
  blue: "#1864ab",
  cyan: "#0b6475",
  teal: "#076b4d",
  green: "#226b31",
  lime: "#4a6b00",
  yellow: "#7d5000",
  orange: "#a33a06",
};

/** Makes the colours of the library readable where its own aren't. */
export const readableColors: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    "--mantine-color-dimmed": "#5c636a",
    "--mantine-color-placeholder": "#6c737a",
    "--mantine-color-error": "#b02525",
    ...Object.fromEntries(
      Object.entries(INKS).flatMap(([name, ink]) => [
        [`--mantine-color-${name}-light-color`, ink],
        [`--mantine-color-${name}-text`, ink],
      ]),
    ),
  },
  dark: {
    "--mantine-color-dimmed": "#a6a7ab",
    "--mantine-color-error": "#ff8787",
    "--mantine-color-body": "#17191d",
  },
});
