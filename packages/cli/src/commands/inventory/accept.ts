import { listLeftDrifted } from '@lockstep/domain'
import { answer, confirm, reasonOf } from '../../command/answer.ts'
import { command, words } from '../../command/command.ts'
import { Refusal } from '../../command/failure.ts'
import type { InventoryRow } from '../../documents.ts'
import { presentLeftDrifted } from '../../present/inventory.ts'
import { findEnvironment } from '../environment/find-environment.ts'

export const acceptDrift = command({
  words: 'inventory accept',
  arguments: {
    environment: { shown: 'ENVIRONMENT', completes: 'environment' },
    component: { shown: 'COMPONENT' },
    resource: { shown: 'RESOURCE' },
  },
  flags: {
    digest: { type: 'text', value: 'DIGEST', summary: 'only if exactly these bytes run, sha256:…' },
    message: words('why what runs is right'),
  },
  summary: 'Accept drift: what runs on a resource is what is wanted from now on',
  examples: [
    'lockstep inventory accept staging battery-light bench-car-04 -m "Hotfix of the fair"',
    'lockstep inventory accept staging vehicle-firmware/updater bench-car-04 --digest sha256:… -m "Measured with it"',
  ],
  async run(context, { environment: name, component, resource }, flags) {
    const comment = reasonOf(flags.message, 'accepting drift')
    const client = await context.connect()
    const { id, title } = await findEnvironment(context, client, name)
    const { items } = await client.showInventory({ environment: id, resource })
    const row = onlyOne(items, component, `${resource} in ${title}`)
    const runs =
      flags.digest === undefined || flags.digest === row.reported?.digest
        ? row.reported
        : { version: row.reported?.version ?? '', digest: flags.digest }
    const drifted = await client.showInventory({
      environment: id,
      application: row.application,
      drift: true,
    })
    const left = presentLeftDrifted(listLeftDrifted(row, drifted.items))
    if (left !== undefined && !context.yes && !(await confirm(context, `${left} Accept?`, '-y')))
      return 1
    const accepted = await client.reportInventory({
      environment: id,
      application: row.application,
      component: row.component,
      resource,
      runs,
      accept: true,
      comment,
    })
    const version = accepted.wanted?.version ?? 'nothing'
    return answer(
      context,
      accepted,
      `✓ ${title} wants ${version} of ${row.component} on ${resource}.`,
    )
  },
})

/** The component by its name, or with its application in front where several have one of that name. */
function onlyOne(rows: readonly InventoryRow[], name: string, where: string): InventoryRow {
  const nameOf = (row: InventoryRow): string => `${row.application}/${row.component}`
  const found = rows.filter((row) => `/${nameOf(row)}`.endsWith(`/${name}`))
  const [row] = found
  if (row === undefined) {
    throw new Refusal(`Nothing is known of a component "${name}" on ${where}.`, [
      rows.length === 0
        ? 'Nothing is known of this resource there.'
        : `There are: ${rows.map(({ component }) => component).join(', ')}`,
    ])
  }
  if (found.length > 1) {
    throw new Refusal(`${found.length} applications have a component "${name}" on ${where}.`, [
      `Say which: ${found.map(nameOf).join(', ')}`,
    ])
  }
  return row
}
