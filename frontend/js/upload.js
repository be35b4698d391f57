// Files in parts, so that a cut line costs one part and not the file: tus 1.0 core and creation (POST, HEAD, PATCH).
// <input type=file data-upload="/uploads" data-ids="upload">: when its form is sent, the files go first, then the form with
// a hidden input "upload" for each file that holds its id (the last part of its address). The file input itself is emptied.
import { all, drop, keep, on, recall, wait } from "./page.js";

const SMALLEST = 16384;
const LARGEST = 1048576;
const STALLED = 60000;

const call = async (url, method, headers, body) => {
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), STALLED);
  headers["Tus-Resumable"] = "1.0.0";
  try {
    const answer = await fetch(url, { method, body, headers, signal: stop.signal });
    if (answer.ok) return answer;
    // 409: the offset is another one; 423, 429, 5xx: a bad moment. Those are asked again. The rest is final.
    throw /409|423|429|5../.test(answer.status) ? 0 : { refused: await answer.text() };
  } finally {
    clearTimeout(timer);
  }
};

// The id of the upload once every byte is there; throws {refused: words of the server}.
const send = async (file, url, token, tell) => {
  const key = `ik:up:${file.name}:${file.size}:${file.lastModified}`;
  let place = recall(key);
  let offset = -1;
  let size = 4 * SMALLEST;
  let failures = 0;
  while (offset < file.size) {
    try {
      let answer;
      const began = Date.now();
      if (!place) {
        // The name as base64 of its UTF-8 bytes.
        const name = btoa(unescape(encodeURIComponent(file.name)));
        answer = await call(url, "POST", { "X-CSRFToken": token, "Upload-Length": file.size, "Upload-Metadata": `filename ${name}` });
        keep(key, place = answer.headers.get("Location"));
        offset = 0;
      } else if (offset < 0) {
        answer = await call(place, "HEAD", {});
        offset = +answer.headers.get("Upload-Offset");
      } else {
        answer = await call(place, "PATCH", {
          "X-CSRFToken": token,
          "Upload-Offset": offset,
          "Content-Type": "application/offset+octet-stream",
        }, file.slice(offset, offset + size));
        offset = +answer.headers.get("Upload-Offset");
        const took = Date.now() - began;
        if (took < 1000) size = Math.min(size * 2, LARGEST);
        if (took > 4000) size = Math.max(size / 2, SMALLEST);
      }
      failures = 0;
      tell(offset);
    } catch (error) {
      if (error.refused !== undefined) {
        drop(key);
        // What the server no longer knows begins anew; what it refuses, it refuses.
        if (offset >= 0 || !place) throw error;
        place = 0;
      } else {
        tell(-1);
        offset = -1;
        await Promise.race([wait(Math.min(1000 * 2 ** failures++, 30000)), new Promise((back) => on(window, "online", back))]);
      }
    }
  }
  drop(key);
  return place.split("/").pop();
};

const hide = (form, name, value) => form.append(Object.assign(document.createElement("input"), { type: "hidden", name, value }));

const sendAll = async (form, inputs, button) => {
  for (const input of inputs) {
    await input.ikReady;
    const group = input.closest(".govuk-form-group");
    const bar = group.querySelector("progress");
    const words = group.querySelector("[role=status]");
    const files = [...input.files];
    bar.max = files.reduce((sum, file) => sum + file.size, 0);
    bar.hidden = false;
    let before = 0;
    try {
      for (const file of files) {
        const id = await send(file, input.dataset.upload, form.elements.csrf_token.value, (offset) => {
          const text = words.dataset[offset < 0 ? "waiting" : "sending"];
          if (words.textContent !== text) words.textContent = text;
          if (offset >= 0) bar.value = before + offset;
        });
        hide(form, input.dataset.ids || "upload", id);
        before += file.size;
      }
    } catch (error) {
      bar.hidden = true;
      form.ikSending = false;
      words.textContent = error.refused || words.dataset.refused;
      return;
    }
    input.value = "";
  }
  if (button && button.name) hide(form, button.name, button.value);
  HTMLFormElement.prototype.submit.call(form);
};

export const sendInParts = () => on(document, "submit", (event) => {
  const form = event.target;
  const inputs = all("input[data-upload]", form).filter((input) => input.files.length);
  if (!inputs.length) return;
  event.preventDefault();
  if (!form.ikSending) sendAll(form, inputs, event.submitter);
  form.ikSending = true;
});
