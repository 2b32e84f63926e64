// Columns, tables and folded lines. Nothing is ever cut: a column goes, or a line is folded.

/** Text in a column of this width; when it is too long two blanks follow it, and what comes after moves. */
export function padded(text: string, width: number): string {
  return text.length + 2 > width ? `${text}  ` : text.padEnd(width)
}

/** As wide as the widest of these and two spaces, and no narrower than this. */
export function columnOf(values: readonly string[], least: number): number {
  return Math.max(least, ...values.map((value) => value.length + 2))
}

/** Names in the view of a run, before what is said of them. */
export const NAME_COLUMN = 24
/** From this width on a run has a column for the agent behind the times, and approvals beside the checks of a gate. */
export const WIDE_MIN = 100

/** A name in its column, and what is said of it. */
export function row(name: string, text: string): string {
  return text === '' ? name : padded(name, NAME_COLUMN) + text
}

/** Left text, and right text that ends at the width; on the next line when both do not fit. */
export function spread(left: string, right: string, width: number): string {
  if (right === '') return left
  const space = width - left.length - right.length
  return space >= 2 ? left + ' '.repeat(space) + right : `${left}   ${right}`
}

/** Words in lines of at most this width, each further line with an indent. */
export function fold(text: string, width: number, indent = ''): string[] {
  const [lead = ''] = /^ */.exec(text) ?? []
  const lines: string[] = []
  let line = ''
  for (const word of text.slice(lead.length).split(' ')) {
    const next = line === '' ? lead + word : `${line} ${word}`
    if (next.length <= width || line === '') line = next
    else {
      lines.push(line)
      line = indent + word
    }
  }
  return [...lines, line]
}

export interface Column<Row> {
  readonly title: string
  readonly value: (row: Row) => string
  readonly align?: 'right'
  /** The first to go when the table does not fit; columns without a number stay. */
  readonly goes?: number
}

/** Rows in columns that are as wide as their longest value. Columns go, in their order, until the rest fits the width. */
export function presentTable<Row>(
  columns: readonly Column<Row>[],
  rows: readonly Row[],
  width: number,
): string {
  let shown = columns
  for (const goes of columns.flatMap((column) => column.goes ?? []).toSorted((a, b) => a - b)) {
    if (widthOf(shown, rows) <= width) break
    shown = shown.filter((column) => column.goes !== goes)
  }
  const widths = shown.map((column) => columnWidth(column, rows))
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, index) => {
        const space = widths[index] ?? 0
        return shown[index]?.align === 'right' ? cell.padStart(space) : cell.padEnd(space)
      })
      .join('   ')
      .trimEnd()
  return [
    line(shown.map(({ title }) => title)),
    ...rows.map((row) => line(shown.map(({ value }) => value(row)))),
  ].join('\n')
}

function columnWidth<Row>(column: Column<Row>, rows: readonly Row[]): number {
  return Math.max(column.title.length, ...rows.map((row) => column.value(row).length))
}

function widthOf<Row>(columns: readonly Column<Row>[], rows: readonly Row[]): number {
  return columns.reduce((sum, column) => sum + columnWidth(column, rows) + 3, -3)
}

/** `1 task`, `4 tasks`, `18,432 cars`. */
export function counted(many: number, thing: string): string {
  return `${many.toLocaleString('en')} ${thing}${many === 1 ? '' : 's'}`
}

/** `sha256:5c1e9ab2`: as much of a digest as people compare. */
export function shortDigest(digest: string): string {
  return digest.slice(0, 'sha256:'.length + 8)
}

/** A part of a whole as a bar. */
export function bar(part: number, whole: number, width: number): string {
  const filled = whole === 0 ? 0 : Math.floor((part / whole) * width)
  return '█'.repeat(filled) + '░'.repeat(width - filled)
}
