import type { Table } from './views/view.ts';

/** A table as a file for spreadsheets (RFC 4180). A text that a spreadsheet would take for a formula is given an apostrophe. */
export function csvOf({ columns, rows }: Table): string {
  return [columns, ...rows].map((row) => `${row.map(field).join(',')}\r\n`).join('');
}

function field(value: string | number | null): string {
  if (value === null) return '';
  if (typeof value === 'number') return String(value);
  const number = /^[+-]?\d+(\.\d+)?$/.test(value);
  const inert = !number && /^[\s]*[=+\-@]|^[\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(inert) ? `"${inert.replaceAll('"', '""')}"` : inert;
}
