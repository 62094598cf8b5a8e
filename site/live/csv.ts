/** Rows of a table as a file of the site has them (`site/csv.ts`), the names of the columns first. */
export function rowsIn(text: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  for (const [, quoted, plain, end] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^,\r\n]*))(,|\r\n|$)/g)) {
    if (end === '' && row.length === 0 && !plain && quoted === undefined) break;
    row.push(written(quoted?.replaceAll('""', '"') ?? plain ?? ''));
    if (end === ',') continue;
    rows.push(row);
    row = [];
  }
  return rows;
}

/** Without the apostrophe that keeps a spreadsheet from taking it for a formula. */
function written(field: string): string {
  return /^'(\s*[=+\-@]|[\t\r])/.test(field) ? field.slice(1) : field;
}
