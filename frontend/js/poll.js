// Where something stands, asked for while someone looks: each 3 s at first, then less often, until the answer is final.
// <div aria-live=polite data-poll="/fragment">; a fragment with data-done ends it, data-done="/url" also goes there.
import { all, wait } from "./page.js";

const FIRST = 3000;
const LAST = 30000;

const poll = async (box) => {
  let delay = FIRST;
  let last;
  while (!("done" in box.dataset)) {
    await wait(delay);
    if (document.hidden) continue;
    delay = Math.min(delay * 1.3, LAST);
    try {
      const answer = await fetch(box.dataset.poll, { headers: { "X-Fragment": "1" } });
      // Sent elsewhere: the session has ended, and the whole page is to say so.
      if (answer.redirected) location.reload();
      if (!answer.ok) continue;
      const html = await answer.text();
      if (html !== last) {
        box.innerHTML = last = html;
        delay = FIRST;
      }
      const done = box.querySelector("[data-done]");
      if (done) {
        if (done.dataset.done) location.assign(done.dataset.done);
        return;
      }
    } catch (_) {
      // No line: the next round asks again.
    }
  }
};

export const pollAll = () => all("[data-poll]").forEach(poll);
