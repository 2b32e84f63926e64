import { ChevronDown, ChevronRight } from 'lucide-react'
import { Fragment, useMemo, useState, type ReactElement, type ReactNode } from 'react'
import { ApplicationIcon } from '../../components/application-icon.tsx'
import { ScreenLink } from '../../layout/screen-link.tsx'
import { shortName, thingPart } from '../../lib/address.ts'
import { useRowKeys } from '../../lib/keys/use-row-keys.ts'
import { StateGlyph } from '../../ui/state-glyph.tsx'
import {
  addressOf,
  type ApplicationCell,
  type ComponentCell,
  type InventoryMatrix,
  type MatrixApplication,
  type MatrixColumn,
} from './inventory-matrix.ts'
import { MatrixCell } from './matrix-cell.tsx'
import { listLines } from './matrix-lines.ts'
import { useShownColumns, type ShownColumns } from './use-shown-columns.ts'
import { useShownLines } from './use-shown-lines.ts'

/** With more applications than this, their components are folded at first. */
const OPEN_MAX = 20

interface MatrixTableProps {
  readonly matrix: InventoryMatrix
  readonly selected: ApplicationCell | undefined
  readonly onSelect: (cell: ApplicationCell) => void
}

/** Applications with their components × environments, from 720 px on. The first column stays when the rest scrolls. */
export function MatrixTable({ matrix, selected, onSelect }: MatrixTableProps): ReactElement {
  const list = useRowKeys<HTMLDivElement>()
  const [turned, setTurned] = useState<ReadonlySet<string>>(new Set())
  const isOpenAtFirst = matrix.applications.length <= OPEN_MAX
  const turn = (application: string): void => {
    const next = new Set(turned)
    if (!next.delete(application)) next.add(application)
    setTurned(next)
  }
  const lines = useMemo(
    () => listLines(matrix, (application) => turned.has(application) !== isOpenAtFirst),
    [matrix, turned, isOpenAtFirst],
  )
  const { body, shown, above, below } = useShownLines(lines)
  const columns = useShownColumns(matrix.columns.length, list)
  return (
    <div
      ref={list}
      role="region"
      aria-label="Versions by environment"
      // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- what scrolls must be reachable by keyboard
      tabIndex={0}
      className="relative scroll-pl-52 overflow-x-auto rounded-3 border border-line bg-surface shadow-1"
    >
      <table
        className={`w-full border-separate border-spacing-0 text-left ${columns.width === undefined ? '' : 'table-fixed'}`}
        style={{ width: columns.width }}
        aria-colcount={matrix.columns.length + 1}
      >
        <thead>
          <tr>
            <th
              scope="col"
              className="sticky left-0 z-1 h-8.5 w-52 border-b border-line bg-surface px-3.5 text-12 font-normal text-ink-3"
            >
              Application and component
            </th>
            <Gap width={columns.before} />
            {columns.shown.map((at) => {
              const column = matrix.columns[at]
              return (
                column && (
                  <ColumnHead
                    key={column.environments[0]?.id}
                    at={at}
                    column={column}
                    isSelected={isIn(column, selected)}
                  />
                )
              )
            })}
            <Gap width={columns.behind} />
          </tr>
        </thead>
        <tbody ref={body}>
          <Room height={above} />
          {shown.map(({ application, component, isOpen, isFoot }) =>
            component === null ? (
              <ApplicationRow
                key={application.application}
                application={application}
                columns={matrix.columns}
                drawn={columns}
                isFoot={isFoot}
                isOpen={isOpen}
                onTurn={() => turn(application.application)}
                selected={selected}
                onSelect={onSelect}
              />
            ) : (
              <ComponentRow
                key={`${application.application} ${component.name}`}
                component={component}
                columns={matrix.columns}
                drawn={columns}
                isFoot={isFoot}
                selected={selected}
              />
            ),
          )}
          <Room height={below} />
        </tbody>
      </table>
    </div>
  )
}

function isIn(column: MatrixColumn, selected: ApplicationCell | undefined): boolean {
  return column.environments.some(({ id }) => id === selected?.environment.id)
}

function columnTint(isSelected: boolean): string {
  return isSelected ? 'border-x border-x-accent-line bg-accent-tint' : ''
}

function ColumnHead({
  at,
  column,
  isSelected,
}: {
  /** Its place among all columns, of which not all may be drawn. */
  readonly at: number
  readonly column: MatrixColumn
  readonly isSelected: boolean
}): ReactElement {
  const { title, environments, resources, drifted } = column
  const only = environments.length === 1 ? environments[0] : undefined
  const holders = environments.flatMap(({ lock }) => lock.holder ?? [])
  const detail =
    environments.length > 1
      ? `${environments.length} projects`
      : resources === 0
        ? 'empty'
        : `${resources} ${resources === 1 ? 'resource' : 'resources'}`
  return (
    <th
      scope="col"
      aria-colindex={at + 2}
      title={title}
      className={`h-8.5 w-56 min-w-44 border-b border-line px-2 text-12 font-normal whitespace-nowrap ${columnTint(isSelected)}`}
    >
      <span className="flex items-center gap-2 text-13 font-heading">
        {only === undefined ? (
          <span className="truncate">{title}</span>
        ) : (
          <ScreenLink
            to="/environments/$environment"
            params={{ environment: thingPart(only) }}
            className="truncate hover:underline"
          >
            {title}
          </ScreenLink>
        )}
        <span className="text-12 font-normal text-ink-3">{detail}</span>
        <span className="ml-auto flex items-center gap-2">
          {holders.length > 0 && (
            <span title={`held by ${holders.join(', ')}`} className="flex">
              <StateGlyph state="running" size={13} />
              <span className="sr-only">held by {holders.join(', ')}</span>
            </span>
          )}
          {drifted > 0 && (
            <span className="flex items-center gap-1 font-heading text-drift">
              <StateGlyph state="drifted" size={13} /> {drifted}
            </span>
          )}
        </span>
      </span>
    </th>
  )
}

/** Stands for the rows that are not drawn. */
function Room({ height }: { readonly height: number }): ReactElement | null {
  return height > 0 ? <tr aria-hidden style={{ height }} /> : null
}

/** Stands for the columns that are not drawn. */
function Gap({ width }: { readonly width: number }): ReactElement | null {
  return width > 0 ? <td aria-hidden style={{ width }} /> : null
}

interface RowProps {
  readonly columns: readonly MatrixColumn[]
  readonly drawn: ShownColumns
  /** The last of its application; a hairline follows. */
  readonly isFoot: boolean
  readonly selected: ApplicationCell | undefined
}

function ApplicationRow({
  application: { application, cells },
  columns,
  drawn,
  isFoot,
  isOpen,
  onTurn,
  selected,
  onSelect,
}: RowProps & {
  readonly application: MatrixApplication
  readonly isOpen: boolean
  readonly onTurn: () => void
  readonly onSelect: (cell: ApplicationCell) => void
}): ReactElement {
  const name = shortName(application)
  const Chevron = isOpen ? ChevronDown : ChevronRight
  const under = isFoot ? 'border-b border-line' : ''
  return (
    <tr>
      <th scope="row" className={`sticky left-0 z-1 bg-surface px-2 py-2 font-normal ${under}`}>
        <button
          type="button"
          aria-expanded={isOpen}
          onClick={onTurn}
          title={application}
          className="flex h-8 w-full items-center gap-2 rounded-2 px-1 text-left hover:bg-hover"
        >
          <Chevron size={14} aria-hidden className="shrink-0 text-ink-3" />
          <ApplicationIcon application={shortName(application)} />
          <span className="max-w-52 truncate font-name">{name}</span>
        </button>
      </th>
      <Gap width={drawn.before} />
      {drawn.shown.map((at) => {
        const column = columns[at]
        const cell = cells[at]
        if (column === undefined) return null
        return (
          <td
            key={column.environments[0]?.id}
            aria-colindex={at + 2}
            className={`px-2 py-2 ${under} ${columnTint(isIn(column, selected))}`}
          >
            {cell === undefined ? (
              <Absent words={`${name} does not go to ${column.title}`}>–</Absent>
            ) : cell === null ? (
              <Absent words={`nothing of ${name} has been in ${column.title} yet`}>none yet</Absent>
            ) : (
              <MatrixCell
                application={name}
                column={column.environments[0]?.id}
                cell={cell}
                isSelected={
                  selected !== undefined &&
                  cell.rows[0] === selected.rows[0] &&
                  addressOf(cell) === addressOf(selected)
                }
                onSelect={() => onSelect(cell)}
              />
            )}
          </td>
        )
      })}
      <Gap width={drawn.behind} />
    </tr>
  )
}

function ComponentRow({
  component,
  columns,
  drawn,
  isFoot,
  selected,
}: RowProps & {
  readonly component: MatrixApplication['components'][number]
}): ReactElement {
  const under = isFoot ? 'border-b border-line' : ''
  return (
    <tr>
      <th
        scope="row"
        className={`sticky left-0 z-1 h-6.5 bg-surface pr-3 pl-14 text-12 font-normal text-ink-2 ${under}`}
      >
        <span className="block max-w-52 truncate" title={component.name}>
          {component.name}
        </span>
      </th>
      <Gap width={drawn.before} />
      {drawn.shown.map((at) => {
        const column = columns[at]
        const cell = component.cells[at]
        if (column === undefined) return null
        return (
          <td
            key={column.environments[0]?.id}
            aria-colindex={at + 2}
            className={`h-6.5 overflow-hidden px-2 ${under} ${columnTint(isIn(column, selected))}`}
          >
            {cell !== undefined && <ComponentVersions cell={cell} />}
          </td>
        )
      })}
      <Gap width={drawn.behind} />
    </tr>
  )
}

function Absent({
  words,
  children,
}: {
  readonly words: string
  readonly children: ReactNode
}): ReactElement {
  return (
    <span className="px-2.5 text-12 text-ink-3" title={words}>
      {children}
    </span>
  )
}

function ComponentVersions({ cell }: { readonly cell: ComponentCell }): ReactElement {
  const [version, ...others] = cell.versions
  const wrong = cell.drifted + cell.unknown
  const state = cell.unknown > 0 ? 'unknown' : 'drifted'
  const tone = wrong === 0 ? '' : cell.unknown > 0 ? 'text-wait' : 'text-drift'
  return (
    <span
      title={cell.versions.join(', ')}
      className={`flex items-center gap-1.5 pr-1 font-mono text-11 whitespace-nowrap ${wrong === 0 ? 'pl-8.5' : 'pl-3'} ${tone}`}
    >
      {wrong > 0 && <StateGlyph state={state} size={13} />}
      {version ?? <span className="font-sans text-ink-3">nothing</span>}
      <span className="ml-auto font-sans">
        {wrong > 0 && `${wrong} of ${cell.resources}`}
        {wrong === 0 && others.length > 0 && (
          <span className="text-ink-3">
            {others.map((other, at) => (
              <Fragment key={other}>
                {at === 0 ? 'and ' : ', '}
                <span className="font-mono">{other}</span>
              </Fragment>
            ))}
          </span>
        )}
      </span>
    </span>
  )
}
