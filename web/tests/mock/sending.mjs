// What the mock sends: JSON bodies, and the built pages with the server's content policy.
import { readFile } from 'node:fs/promises';
import { extname, join, normalize } from 'node:path';
import { CSP } from './world.mjs';

const UI = process.env.ASSAY_UI ?? new URL('../../../src/assay/ui/', import.meta.url).pathname;
const TYPES = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
  '.webmanifest': 'application/manifest+json',
};

export function sendJson(response, status, body, headers = {}) {
  const type = status >= 400 ? 'application/problem+json' : 'application/json';
  response.writeHead(status, { 'Content-Type': type, 'Cache-Control': 'no-store', ...headers });
  response.end(JSON.stringify(body));
}

export async function serveFile(response, path) {
  const inside = normalize(path).replace(/^(\.\.[/\\])+/, '');
  const name = extname(inside) ? inside : 'index.html';
  const content = await readFile(join(UI, name)).catch(() => null);
  if (content === null) return sendJson(response, 404, { status: 404 });
  response.writeHead(200, {
    'Content-Type': TYPES[extname(name)] ?? 'application/octet-stream',
    'Content-Security-Policy': CSP,
    'X-Content-Type-Options': 'nosniff',
  });
  response.end(content);
}

export async function readBody(request) {
  const parts = [];
  for await (const part of request) parts.push(part);
  return parts.length > 0 ? JSON.parse(Buffer.concat(parts).toString()) : {};
}
