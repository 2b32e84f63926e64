import { command } from '../../command/command.ts'
import { Refusal } from '../../command/failure.ts'
import type { InventoryRow } from '../../documents.ts'
import { findEnvironment } from '../environment/find-environment.ts'
import { PLANNED_FLAGS, startPlanned } from '../run/start-planned.ts'

export const putBack = command({
  words: 'inventory put-back',
  arguments: {
    environment: { shown: 'ENVIRONMENT', completes: 'environment' },
    application: { shown: 'APP', completes: 'application' },
  },
  flags: PLANNED_FLAGS,
  summary: 'Bring back what is wanted of an application where it has drifted',
  examples: [
    'lockstep inventory put-back staging connected-car/vehicle-firmware --dry-run',
    'lockstep inventory put-back staging connected-car/vehicle-firmware -f',
  ],
  async run(context, { environment: name, application }, flags) {
    const client = await context.connect()
    const { id: environment, title } = await findEnvironment(context, client, name)
    const { items } = await client.showInventory({ environment, application, drift: true })
    const { by, address } = whatPutsBack(items, application, title)
    const subject = {
      project: by.project,
      name: by.name,
      putBack: { environment, application: address },
    }
    const again = `inventory put-back ${name} ${application}`
    return startPlanned(context, client, { subject, again, question: 'Put it back?' }, flags)
  },
})

/** What is to be started, by the first drift that it ends. */
function whatPutsBack(
  drifted: readonly InventoryRow[],
  application: string,
  where: string,
): { readonly by: NonNullable<InventoryRow['putBack']>; readonly address: string } {
  const applications = [...new Set(drifted.map((row) => row.application))]
  if (applications.length > 1) {
    throw new Refusal(`"${application}" is in several projects.`, [
      `Say which: ${applications.join(', ')}`,
    ])
  }
  for (const { putBack: by, application: address } of drifted) {
    if (by !== null) return { by, address }
  }
  const [first] = drifted
  if (first === undefined) throw new Refusal(`nothing of "${application}" drifts in ${where}.`)
  throw new Refusal(
    `${first.component} on ${first.resource} cannot be put back now.`,
    first.notPutBack === null ? [] : [first.notPutBack],
  )
}
