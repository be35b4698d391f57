#!/bin/sh
# Builds static/ from frontend/: css and js with their hash in the name, each with .br and .gz beside it, and
# manifest.json, which templates read through `asset()`. The result is committed, so only who changes the look needs Node.
# `frontend/build.sh --check` builds into a temporary folder and compares: the gate that committed files are current.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
out="$here/../static"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

cd "$here"
if ! cmp -s package-lock.json node_modules/.built-from 2>/dev/null; then
  npm ci --ignore-scripts --no-audit --no-fund --silent
  cp package-lock.json node_modules/.built-from
fi

bin=node_modules/.bin
"$bin/sass" --style=compressed --no-source-map --quiet-deps -I node_modules -I scss scss/app.scss "$work/full.css"
node slim.mjs "$work/full.css" "$work/slim.css"
"$bin/esbuild" "$work/slim.css" --minify --target=chrome49 --log-level=warning --outfile="$work/app.css"
"$bin/esbuild" js/app.js --bundle --minify --format=esm --target=es2017 --log-level=warning --outfile="$work/app.js"

mkdir -p "$work/static"
node stamp.mjs "$work/static" "$work/app.css" "$work/app.js"

if [ "${1:-}" = "--check" ]; then
  diff -rq "$work/static" "$out" && echo "static/ is current"
else
  rm -rf "$out"
  cp -R "$work/static" "$out"
  ls -l "$out"
fi
