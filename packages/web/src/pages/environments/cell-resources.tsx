import type { ReactElement } from 'react'
import { shortName } from '../../lib/address.ts'
import type { Environment, InventoryRow } from '../../lib/inventory.ts'
import { Card, Section } from '../../ui/card.tsx'
import { StateGlyph } from '../../ui/state-glyph.tsx'
import { Table, type Column } from '../../ui/table.tsx'
import { Time } from '../../ui/time.tsx'
import { listResources, runWords, type ResourceRow } from './resource-rows.ts'

interface CellResourcesProps {
  /** `project/name`. */
  readonly application: string
  readonly environment: Environment
  /** Of the application in the environment. */
  readonly rows: readonly InventoryRow[]
  readonly componentOrder: readonly string[]
}

/** What every resource of an environment runs of an application; what has drifted stands beside what was expected. */
export function CellResources({
  application,
  environment: { title },
  rows,
  componentOrder,
}: CellResourcesProps): ReactElement {
  const { components, resources } = listResources(rows, componentOrder)
  return (
    <Section
      className="mt-6 first:mt-0"
      title={shortName(application)}
      count={`in ${title}`}
      aside={
        resources.length > 0 &&
        `${resources.length} ${resources.length === 1 ? 'resource' : 'resources'}`
      }
    >
      <Card>
        {resources.length === 0 ? (
          <p className="px-3.5 py-2.5 text-12 text-ink-3">Nothing of it has been here yet.</p>
        ) : (
          <Table
            label={`${shortName(application)} in ${title}`}
            columns={columnsFor(components)}
            rows={resources}
            rowKey={({ resource }) => resource}
          />
        )}
      </Card>
    </Section>
  )
}

function columnsFor(components: readonly string[]): readonly Column<ResourceRow>[] {
  return [
    {
      key: 'resource',
      head: 'Resource',
      cell: ({ resource, state }) => (
        <span className="flex items-center gap-2 font-name whitespace-nowrap">
          <StateGlyph state={state} size={14} />
          <span className="font-mono text-12">{resource}</span>
        </span>
      ),
    },
    ...components.map((component): Column<ResourceRow> => ({
      key: component,
      head: component,
      cell: (row) => <Version row={row.byComponent.get(component)} />,
    })),
    {
      key: 'put by',
      head: 'Deployed by',
      cell: ({ putBy, since, state }) => (
        <span
          className={`whitespace-nowrap ${state === 'drifted' ? 'font-name text-drift' : 'text-ink-2'}`}
        >
          {runWords(putBy)}, <Time at={since} />
        </span>
      ),
    },
  ]
}

function Version({ row }: { readonly row: InventoryRow | undefined }): ReactElement {
  if (row === undefined) return <span className="text-ink-3">–</span>
  const { reported, wanted, drift, unknown } = row
  const version = reported?.version ?? 'nothing'
  if (!drift || unknown) {
    return (
      <span className={`font-mono text-12 whitespace-nowrap ${unknown ? 'text-wait' : ''}`}>
        {version}
      </span>
    )
  }
  return (
    <span className="font-mono text-12 whitespace-nowrap text-drift">
      {version === wanted?.version ? `${version} (other bits)` : version}{' '}
      <s className="text-ink-3">
        <span className="sr-only">instead of </span>
        {wanted?.version ?? 'nothing'}
      </s>
    </span>
  )
}
