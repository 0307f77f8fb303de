/** The cells of one comma-separated line, trimmed; `"` may wrap a cell and doubles inside it. */
export function splitCells(line: string): readonly string[] {
  if (!line.includes('"')) return line.split(",").map(trimmed);
  const cells: string[] = [];
  let cell = "";
  let quoted = false;
  for (let at = 0; at < line.length; at += 1) {
    const letter = line[at] ?? "";
    if (letter === '"') {
      if (quoted && line[at + 1] === '"') {
        cell += letter;
        at += 1;
      } else {
        quoted = !quoted;
      }
    } else if (letter === "," && !quoted) {
      cells.push(cell.trim());
      cell = "";
    } else {
      cell += letter;
    }
  }
  cells.push(cell.trim());
  return cells;
}

function trimmed(cell: string): string {
  const first = cell.charCodeAt(0);
  const last = cell.charCodeAt(cell.length - 1);
  return first <= 32 || last <= 32 ? cell.trim() : cell;
}

/** Whether a cell could stand in a row of data: a number, a missing value or a date. */
export function isDataCell(cell: string): boolean {
  return dataForm.test(cell);
}

const dataForm =
  /^(?:|[+-]?[\d.]+(?:[eE][+-]?\d+)?|[+-]?(?:nan|inf|infinity)|null|none|n\/a|na|\d{4}-\d{2}-\d{2}.*)$/i;

/** Cell text in a message: short and on one line. */
export function shown(cell: string): string {
  return JSON.stringify(cell.length > 24 ? `${cell.slice(0, 24)}...` : cell);
}
