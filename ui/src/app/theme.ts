import { createTheme, DEFAULT_THEME, type MantineColorsTuple } from "@mantine/core";

/** Indigo with a little less violet in it: the colour of dyed yarn, and of everything that can be clicked. */
const yarn: MantineColorsTuple = [
  "#edf2ff",
  "#dbe4ff",
  "#bac8ff",
  "#91a7ff",
  "#748ffc",
  "#5c7cfa",
  "#4c6ef5",
  "#3b5bdb",
  "#364fc7",
  "#2b41a8",
];

export const theme = createTheme({
  primaryColor: "yarn",
  primaryShade: { light: 7, dark: 7 },
  autoContrast: true,
  colors: { yarn },
  defaultRadius: "md",
  cursorType: "pointer",
  fontFamily: `Inter, "Segoe UI", system-ui, ${DEFAULT_THEME.fontFamily}`,
  fontFamilyMonospace: `"JetBrains Mono", "SF Mono", ui-monospace, ${DEFAULT_THEME.fontFamilyMonospace}`,
  headings: {
    fontWeight: "650",
    sizes: {
      h1: { fontSize: "1.5rem", lineHeight: "1.3" },
      h2: { fontSize: "1.1rem", lineHeight: "1.4" },
      h3: { fontSize: "0.95rem", lineHeight: "1.4" },
    },
  },
  components: {
    Tooltip: { defaultProps: { withArrow: true, openDelay: 300, multiline: true, maw: 420 } },
    Table: { defaultProps: { verticalSpacing: "xs", highlightOnHover: true } },
    Skeleton: { defaultProps: { radius: "sm" } },
    // What scrolls has to be reachable with the keyboard.
    TableScrollContainer: { defaultProps: { tabIndex: 0 } },
    CloseButton: { defaultProps: { "aria-label": "Close" } },
    Modal: { defaultProps: { closeButtonProps: { "aria-label": "Close" } } },
    Drawer: { defaultProps: { closeButtonProps: { "aria-label": "Close" } } },
  },
});
