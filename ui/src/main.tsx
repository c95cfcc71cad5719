import "@mantine/core/styles.css";
import "@mantine/notifications/styles.css";
import "~/app/app.css";

import { setNonce } from "get-nonce";
import { createRoot } from "react-dom/client";
import { App } from "~/app/App";
import { nonce } from "~/app/nonce";

const root = document.getElementById("root");
if (root === null) throw new Error("the page has no element for the app");
setNonce(nonce()); // for what keeps the page still behind a dialog
createRoot(root).render(<App />);
