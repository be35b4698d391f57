// One key for what a registrar does eighty times a day: <a data-key="n">, <button data-key="a">, <input data-key="s">.
// Never while typing. A checkbox with data-keys turns them off, for people whose software speaks in single keys.
import { all, keep, on, recall } from "./page.js";

const OFF = "ik-no-keys";

export const listenForKeys = () => {
  all("[data-keys]").forEach((box) => {
    box.checked = !recall(OFF);
    on(box, "change", () => keep(OFF, !box.checked));
  });
  on(document, "keydown", (event) => {
    const typing = event.target.closest("input:not([type=radio]):not([type=checkbox]),textarea,select");
    if (typing || event.ctrlKey || event.altKey || event.metaKey || event.repeat || recall(OFF)) return;
    const target = all("[data-key]").find((one) => one.dataset.key === event.key.toLowerCase() && one.offsetParent);
    if (target) {
      event.preventDefault();
      target.focus();
      target.click();
    }
  });
};
