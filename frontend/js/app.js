// Comfort on top of pages that work without it. No page may need this file: old browsers skip modules, and some people
// turn scripts off. Nothing here changes what is sent, except that photos may be made smaller.
import { watchDrafts } from "./draft.js";
import { listenForKeys } from "./keys.js";
import { all } from "./page.js";
import { pollAll } from "./poll.js";
import { shrinkPhotos } from "./shrink.js";
import { guardSubmits } from "./submit.js";
import { sendInParts } from "./upload.js";

// What only works with this file is hidden until it runs.
all("[data-js]").forEach((part) => { part.hidden = false; });

const summary = document.getElementById("error-summary");
if (summary) summary.focus();

// The order matters: an upload holds its form back before the guard counts the form as sent.
watchDrafts(summary);
shrinkPhotos();
sendInParts();
guardSubmits();
pollAll();
listenForKeys();
