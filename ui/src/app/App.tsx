import { MantineProvider } from "@mantine/core";
import { Notifications } from "@mantine/notifications";
import { QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { readableColors } from "~/app/contrast";
import { nonce } from "~/app/nonce";
import { queries } from "~/app/queries";
import { router } from "~/app/router";
import { theme } from "~/app/theme";

/** The web app: what every page needs around it. */
export function App() {
  return (
    <MantineProvider
      theme={theme}
      defaultColorScheme="auto"
      getStyleNonce={nonce}
      cssVariablesResolver={readableColors}
    >
      <Notifications position="bottom-right" limit={4} />
      <QueryClientProvider client={queries}>
        <RouterProvider router={router} />
      </QueryClientProvider>
    </MantineProvider>
  );
}
