// What was typed stays on this phone until it is saved: a lost connection or an empty battery costs nothing.
// <form data-draft="key">. Never kept: hidden fields (ids, tokens), passwords, files. Phones are shared: signing out
// (<form data-leaves>) forgets everything.
import { all, drop, forgetAll, keep, on, recall } from "./page.js";

const SENT = "ik:sent";
const bare = (url) => url.split(/[?#]/)[0];
const kept = (form) => all("input,select,textarea", form)
  .filter((field) => field.name && !/^(hidden|password|file)$/.test(field.type));
const slot = (field) => /^(radio|checkbox)$/.test(field.type) ? "checked" : "value";

// What the form holds, as one text: [[name, value or ticked], ...] in the order of the page.
const read = (form) => JSON.stringify(kept(form).map((field) => [field.name, field[slot(field)]]));
const fill = (form, text) => {
  const values = JSON.parse(text);
  kept(form).forEach((field, i) => {
    if (values[i] && values[i][0] === field.name) field[slot(field)] = values[i][1];
  });
};

// `part` says what happened: "told" when the text is back already, "ask" when its writer must decide.
const offer = (form, key, before, after, part) => {
  form.before(document.getElementById("draft").content.cloneNode(true));
  const box = form.previousElementSibling;
  all("[data-if]", box).forEach((one) => { one.hidden = one.dataset.if !== part; });
  on(box, "click", (event) => {
    const button = event.target;
    if (button.type !== "button") return;
    fill(form, button.value ? after : before);
    if (!button.value) drop(key);
    box.remove();
  });
};

export const watchDrafts = (failed) => {
  const here = bare(location.href);
  const sent = recall(SENT);
  drop(SENT);
  // A form was sent from the page that we come from, and this page shows no mistake: what it said is saved.
  if (sent && !failed && bare(document.referrer) === sent[0]) drop(sent[1]);

  all("form[data-draft]").forEach((form) => {
    const key = `ik:draft:${form.dataset.draft}:${here}`;
    const base = read(form);
    const draft = recall(key);
    if (draft && draft.now !== base && !failed) {
      // Nothing changed on the server since: put the text back. Else its writer decides.
      const same = draft.base === base;
      if (same) fill(form, draft.now);
      offer(form, key, base, draft.now, same ? "told" : "ask");
    }
    on(form, "input", () => keep(key, { base, now: read(form) }));
    on(form, "submit", () => keep(SENT, [here, key]));
  });
  // Back on the page from which it was sent, without an answer: it was not saved.
  on(window, "pageshow", (event) => event.persisted && drop(SENT));
  all("form[data-leaves]").forEach((form) => on(form, "submit", forgetAll));
};
