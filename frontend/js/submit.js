// A form is sent once, however often its button is tapped. Coming back to the page makes it ready again.
import { all, on } from "./page.js";

// Own names begin with "ik": a field of the form that is called "method" or "submit" hides the form's own property.
const setSent = (form, sent) => {
  form.ikSent = sent;
  all("[type=submit]", form).forEach((button) => { button.disabled = sent; });
};

export const guardSubmits = () => {
  on(document, "submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || form.getAttribute("method") !== "post") return;
    if (form.ikSent) event.preventDefault();
    form.ikSent = true;
    // Later, because a button that is disabled now would not be sent with its form.
    setTimeout(setSent, 0, form, true);
  });
  on(window, "pageshow", () => all("form").forEach((form) => setSent(form, false)));
};
