// Writes a .gz and a .br beside every file of the built UI that shrinks, so that the server compresses nothing itself.
// Usage: node compress.mjs FOLDER
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';

const COMPRESSIBLE = new Set(['.css', '.html', '.js', '.json', '.map', '.mjs', '.svg', '.txt', '.wasm', '.webmanifest']);
const SMALLEST_BYTES = 512;

const brotli = (bytes) =>
  brotliCompressSync(bytes, {
    params: {
      [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY,
      [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
    },
  });

const compress = (path) => {
  const bytes = readFileSync(path);
  const forms = { '.gz': gzipSync(bytes, { level: 9 }), '.br': brotli(bytes) };
  for (const [end, packed] of Object.entries(forms)) {
    if (bytes.length >= SMALLEST_BYTES && packed.length < bytes.length) writeFileSync(path + end, packed);
    else rmSync(path + end, { force: true });
  }
};

for (const entry of readdirSync(process.argv[2], { recursive: true, withFileTypes: true })) {
  if (entry.isFile() && COMPRESSIBLE.has(extname(entry.name))) compress(join(entry.parentPath, entry.name));
}
