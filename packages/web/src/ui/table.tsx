import type { ReactElement, ReactNode } from 'react'
import { SideScroll } from './side-scroll.tsx'

interface Column<Row> {
  /** Unique in the table. */
  readonly key: string
  readonly head: ReactNode
  readonly cell: (row: Row) => ReactNode
  /** Right-aligned, for numbers and times. */
  readonly isNumber?: boolean
  readonly className?: string
}
export type { Column }

interface TableProps<Row> {
  /** What the table lists, for people who do not see it. */
  readonly label: string
  readonly columns: readonly Column<Row>[]
  readonly rows: readonly Row[]
  readonly rowKey: (row: Row) => string
  readonly selected?: string | undefined
  readonly onSelect?: (row: Row) => void
}

/** Rows of facts. The head stays, the first column stays when the rest scrolls sideways in its own area. */
export function Table<Row>({
  label,
  columns,
  rows,
  rowKey,
  selected,
  onSelect,
}: TableProps<Row>): ReactElement {
  return (
    <SideScroll label={label}>
      <table className="w-full border-collapse text-left">
        <thead>
          <tr className="border-b border-line text-12 text-ink-3">
            {columns.map(({ key, head, isNumber }, at) => (
              <th
                key={key}
                scope="col"
                className={`h-8 px-3.5 font-name whitespace-nowrap ${isNumber === true ? 'text-right' : ''} ${at === 0 ? 'sticky left-0 bg-surface' : ''}`}
              >
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody className="divide-y divide-line">
          {rows.map((row) => (
            <tr
              key={rowKey(row)}
              aria-selected={onSelect === undefined ? undefined : rowKey(row) === selected}
              onClick={onSelect === undefined ? undefined : () => onSelect(row)}
              className="group h-8.5 aria-selected:bg-accent-tint hover:bg-hover"
            >
              {columns.map(({ key, cell, isNumber, className = '' }, at) => (
                <td
                  key={key}
                  className={`px-3.5 ${isNumber === true ? 'text-right text-ink-3' : ''} ${at === 0 ? 'sticky left-0 bg-surface group-hover:bg-hover group-aria-selected:bg-accent-tint' : ''} ${className}`}
                >
                  {cell(row)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </SideScroll>
  )
}
