import type { ReactElement } from 'react'
import { Card } from '../../ui/card.tsx'
import { Table, type Column } from '../../ui/table.tsx'

type Parameter = readonly [name: string, value: string]

/** What the run was started with; its steps read it. */
export function RunParameters({ of }: { readonly of: readonly Parameter[] }): ReactElement {
  return (
    <Card>
      <Table
        label="Parameters"
        columns={COLUMNS}
        rows={of}
        rowKey={([name]) => name}
        isListOnPhone
      />
    </Card>
  )
}

const COLUMNS: readonly Column<Parameter>[] = [
  {
    key: 'name',
    head: 'Parameter',
    cell: ([name]) => <span className="font-name">{name}</span>,
  },
  {
    key: 'value',
    head: 'Value',
    cell: ([, value]) => <span className="font-mono text-12 break-all">{value}</span>,
  },
]
