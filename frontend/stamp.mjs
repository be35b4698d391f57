// Writes each built file under a name that holds its hash, with .br and .gz beside it, and the manifest of the names.
// node stamp.mjs FOLDER FILE...
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { basename, extname, join } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

const [, , folder, ...files] = process.argv;
const manifest = {};
for (const file of files) {
  const bytes = readFileSync(file);
  const kind = extname(file);
  const name = `${basename(file, kind)}.${createHash("sha256").update(bytes).digest("hex").slice(0, 12)}${kind}`;
  writeFileSync(join(folder, name), bytes);
  const params = { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length };
  writeFileSync(join(folder, `${name}.br`), brotliCompressSync(bytes, { params }));
  writeFileSync(join(folder, `${name}.gz`), gzipSync(bytes, { level: 9 }));
  manifest[basename(file)] = name;
}
writeFileSync(join(folder, "manifest.json"), `${JSON.stringify(manifest, null, 2)}\n`);
