// Takes from the style sheet what no page can use, and what old phones can't read.
// node slim.mjs IN OUT
import { readFileSync, writeFileSync } from "node:fs";
import { PurgeCSS } from "purgecss";

const [, , from, to] = process.argv;

// A template may use any class that the macros emit, and any that classes.txt lists; nothing else survives.
const listed = readFileSync("classes.txt", "utf8").split("\n").map((line) => line.replace(/#.*/, "").trim()).filter(Boolean);
const words = (text) => text.match(/[A-Za-z0-9_!:-]+/g) || [];
const [{ css }] = await new PurgeCSS().purge({
  content: ["../templates/**/*.html", "js/app.js"],
  css: [from],
  defaultExtractor: words,
  safelist: [...listed, "html", "body"],
  keyframes: true,
});

// Our shades for those that the pattern library mixes from its own palette.
const ours = { "#f3f3f3": "#f6f1ea", "#cecece": "#d5cec4", "#0b0c0c": "#14212b", "#ca3535": "#a3191b", "#484949": "#4a5660" };

// Custom properties are unknown to Opera Mini and to older Android browsers; each carries its literal as a fallback.
const resolve = (text) => {
  const out = text.replace(/var\(--govuk-[a-z-]+,\s*((?:[^()]|\([^()]*\))+)\)/g, "$1");
  return out === text ? out : resolve(out);
};
let slim = resolve(css).replace(/@media print\{(?:[^{}]|\{[^{}]*\})*\}/g, (rule) => (rule.includes(".ik-") ? rule : ""));
for (const [theirs, own] of Object.entries(ours)) slim = slim.replaceAll(theirs, own);
if (slim.includes("var(--") || slim.includes("GDS")) throw new Error("a custom property or a licensed font is left");
writeFileSync(to, slim);
