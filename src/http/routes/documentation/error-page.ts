import { ERROR_CODES } from '../../error-codes.ts';

/** The table of error codes as a page; each code is an anchor, which the `type` of an error reply points to. */
export function errorPage(): string {
  const rows = Object.entries(ERROR_CODES).map(
    ([code, { status, title, meaning }]) =>
      `<tr id="${code.toLowerCase()}"><td>${status}</td><td><code>${code}</code></td><td><b>${title}.</b> ${html(meaning)}</td></tr>`,
  );
  return `<!doctype html><html lang="en"><meta charset="utf-8"><title>Touchline: error codes</title>
<style>body{font:16px/1.5 system-ui;max-width:60rem;margin:2rem auto;padding:0 1rem}td{padding:.4rem .8rem;vertical-align:top}tr:target{background:#ffd}</style>
<h1>Error codes</h1><p>Errors are <code>application/problem+json</code> (RFC 9457). Switch on <code>code</code>.</p>
<table>${rows.join('\n')}</table></html>`;
}

const html = (text: string): string =>
  text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replace(/`([^`]+)`/g, '<code>$1</code>');
