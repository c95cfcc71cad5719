import "@mantine/core/styles.css";
import "@mantine/notifications/styles.css";
import "~/app/app.css";

import { createRoot } from "react-dom/client";
import { App } from "~/app/App";

const root = document.getElementById("root");
if (root === null) throw new Error("the page has no element for the app");
createRoot(root).render(<App />);
