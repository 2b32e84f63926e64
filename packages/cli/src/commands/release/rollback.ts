import type { Client } from '@lockstep/client'

import { parseRunAddress } from '../../address/address.ts'
import { findRun } from '../../address/resolve.ts'
import { findProject } from '../../address/project.ts'
import { command } from '../../command/command.ts'
import type { Context } from '../../command/context.ts'
import { UsageRefusal } from '../../command/failure.ts'
import type { Release } from '../../documents.ts'
import { PLANNED_FLAGS, startPlanned } from '../run/start-planned.ts'
import { findRelease } from './find-release.ts'

export const rollback = command({
  words: 'release rollback',
  arguments: { release: { shown: 'RELEASE', completes: 'release' } },
  flags: {
    to: {
      type: 'texts',
      value: 'APP:VERSION|RUN',
      summary:
        'where to go, instead of what was there before; an application, or all that a run brought; may be repeated',
    },
    ...PLANNED_FLAGS,
  },
  summary: 'Take a release back: all its applications together, to what was there before it',
  examples: [
    'lockstep release rollback connected-car-2.0 --dry-run',
    'lockstep release rollback connected-car-2.0 --to data-backend:1.12.3',
  ],
  async run(context, { release: name }, flags) {
    const client = await context.connect()
    const release = await findRelease(context, client, name)
    const project = await findProject(context, client, release.project)
    const snapshots = await targetsOf(context, client, release, flags.to)
    const subject = {
      project: project.id,
      name: release.name,
      wayBack: true,
      ...(Object.keys(snapshots).length === 0 ? {} : { snapshots }),
    }
    const again = ['release rollback', name, ...flags.to.map((to) => `--to ${to}`)].join(' ')
    return startPlanned(context, client, { subject, again, question: 'Take it back?' }, flags)
  },
})

/** Versions by application: each that is named, and all that a run brought. */
async function targetsOf(
  context: Context,
  client: Client,
  release: Release,
  wanted: readonly string[],
): Promise<Record<string, string>> {
  const targets: Record<string, string> = {}
  for (const text of wanted) {
    const [name = '', version] = text.split(':')
    if (version === undefined)
      Object.assign(targets, await broughtBy(context, client, release, text))
    else targets[applicationOf(release, name)] = version
  }
  return targets
}

async function broughtBy(
  context: Context,
  client: Client,
  release: Release,
  address: string,
): Promise<Record<string, string>> {
  const { run: reference } = parseRunAddress(address)
  const run = await findRun(context, client, reference)
  return Object.fromEntries(
    run.brings.flatMap(({ application, version }) =>
      version === null ? [] : [[applicationOf(release, application), version]],
    ),
  )
}

function applicationOf({ name, applications }: Release, text: string): string {
  const names = applications.map(({ application }) => application)
  const found = names.filter((one) => one === text || one.endsWith(`/${text}`))
  if (found.length === 1 && found[0] !== undefined) return found[0]
  throw new UsageRefusal(`${name} collects no "${text}". It collects ${names.join(', ')}.`)
}
