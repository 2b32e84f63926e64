import { useState, type ReactElement } from 'react'
import { ApplicationIcon } from '../../components/application-icon.tsx'
import { shortName } from '../../lib/address.ts'
import { Segments } from '../../ui/tabs.tsx'
import type { ApplicationCell, InventoryMatrix } from './inventory-matrix.ts'
import { MatrixCell } from './matrix-cell.tsx'

interface MatrixListProps {
  readonly matrix: InventoryMatrix
  readonly selected: ApplicationCell | undefined
  readonly onSelect: (cell: ApplicationCell) => void
}

/** The matrix on phones: one environment at a time, its applications as a list. */
export function MatrixList({ matrix, selected, onSelect }: MatrixListProps): ReactElement {
  const [chosen, setChosen] = useState(0)
  const ofSelected = matrix.columns.findIndex(({ environments }) =>
    environments.some(({ id }) => id === selected?.environment.id),
  )
  const at = Math.min(ofSelected === -1 ? chosen : ofSelected, matrix.columns.length - 1)
  const column = matrix.columns[at]
  return (
    <div>
      <div className="overflow-x-auto">
        <Segments
          label="Environment"
          value={String(at)}
          options={matrix.columns.map(({ title }, index) => ({
            value: String(index),
            label: title,
          }))}
          onChange={(value) => {
            const next = Number(value)
            setChosen(next)
            const same = matrix.applications.find(
              ({ application }) => application === selected?.rows[0]?.application,
            )?.cells[next]
            if (same) onSelect(same)
          }}
        />
      </div>
      <ul aria-label={column?.title} className="mt-3 space-y-2">
        {matrix.applications.map(({ application, cells }) => {
          const cell = cells[at]
          if (cell === undefined) return null
          return (
            <li key={application} className="rounded-3 border border-line bg-surface p-3">
              <div className="mb-2 flex items-center gap-2 font-name">
                <ApplicationIcon application={shortName(application)} />
                {shortName(application)}
              </div>
              {cell === null ? (
                <span className="text-12 text-ink-3">none yet</span>
              ) : (
                <MatrixCell
                  application={shortName(application)}
                  cell={cell}
                  isSelected={
                    selected?.rows[0]?.application === application &&
                    selected.environment.id === cell.environment.id
                  }
                  onSelect={() => onSelect(cell)}
                />
              )}
            </li>
          )
        })}
      </ul>
    </div>
  )
}
