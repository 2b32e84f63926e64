import type { ReactElement, ReactNode } from 'react'
import { useIsWidth } from '../lib/is-width.ts'
import { SideScroll } from './side-scroll.tsx'

interface Column<Row> {
  /** Unique in the table. */
  readonly key: string
  readonly head: ReactNode
  readonly cell: (row: Row) => ReactNode
  /** Right-aligned, for numbers and times. */
  readonly isNumber?: boolean
  readonly className?: string
  /** Left out on a phone, where the rest is a list. */
  readonly isForDesk?: boolean
  /** What is done with the row: on a phone it stands beside the first column, where the rest is a list. */
  readonly isAct?: boolean
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
  /** On a phone each row is a list of its facts, so that nothing of it is out of sight. */
  readonly isListOnPhone?: boolean
}

/** Rows of facts. The head stays, the first column stays when the rest scrolls sideways in its own area. */
export function Table<Row>({
  label,
  columns,
  rows,
  rowKey,
  selected,
  onSelect,
  isListOnPhone = false,
}: TableProps<Row>): ReactElement {
  const isPhone = useIsWidth('phone')
  if (isPhone && isListOnPhone) {
    return <RowList label={label} columns={columns} rows={rows} rowKey={rowKey} />
  }
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

function RowList<Row>({
  label,
  columns: [first, ...others],
  rows,
  rowKey,
}: Pick<TableProps<Row>, 'label' | 'columns' | 'rows' | 'rowKey'>): ReactElement {
  const facts = others.filter(({ isAct, isForDesk }) => isAct !== true && isForDesk !== true)
  const acts = others.filter(({ isAct }) => isAct === true)
  return (
    <ul aria-label={label} className="divide-y divide-line">
      {rows.map((row) => (
        <li key={rowKey(row)} className="flex items-start gap-3 px-3.5 py-2.5">
          <div className="min-w-0 grow">
            <div className="wrap-anywhere">{first?.cell(row)}</div>
            <dl className="mt-1 space-y-0.5 text-12">
              {facts.map(({ key, head, cell }) => (
                <div key={key} className="flex gap-3 has-[dd:empty]:hidden">
                  <dt className="w-20 shrink-0 text-ink-3">{head}</dt>
                  <dd className="min-w-0 text-ink-2 wrap-anywhere">{cell(row)}</dd>
                </div>
              ))}
            </dl>
          </div>
          {acts.map(({ key, cell }) => (
            <div key={key} className="shrink-0">
              {cell(row)}
            </div>
          ))}
        </li>
      ))}
    </ul>
  )
}
