// The few words that every part uses.
export const all = (selector, root = document) => [...root.querySelectorAll(selector)];
export const on = (target, event, listener) => target.addEventListener(event, listener);
export const wait = (ms) => new Promise((done) => setTimeout(done, ms));

// localStorage may be full, or refused in private windows: then there is no memory, and no error either.
// Every key that these files write begins with "ik:".
const quietly = (act) => {
  try { return act(localStorage); } catch (_) { return null; }
};
export const recall = (key) => quietly((store) => JSON.parse(store.getItem(key)));
export const keep = (key, value) => quietly((store) => store.setItem(key, JSON.stringify(value)));
export const drop = (key) => quietly((store) => store.removeItem(key));
export const forgetAll = () => quietly((store) => Object.keys(store).filter((key) => /^ik:/.test(key)).forEach(drop));
