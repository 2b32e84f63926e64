import { parseThingAddress } from '../../address/address.ts'
import { projectName } from '../../address/project.ts'
import { answer } from '../../command/answer.ts'
import { command } from '../../command/command.ts'
import { UsageRefusal } from '../../command/failure.ts'
import { shortDigest } from '../../present/layout.ts'
import { findEnvironment } from '../environment/find-environment.ts'

export const createSnapshot = command({
  words: 'snapshot create',
  arguments: { application: { shown: 'APPLICATION', completes: 'application' } },
  flags: {
    'from-environment': {
      type: 'text',
      value: 'ENVIRONMENT',
      summary: 'what verifiably runs there becomes the snapshot',
    },
    version: {
      type: 'text',
      value: 'V',
      summary: 'what to call it, where its components come from several snapshots',
    },
  },
  summary: 'Freeze what an environment runs of an application',
  examples: [
    'lockstep snapshot create --from-environment connected-car/production backend/data-backend',
    'lockstep snapshot create --from-environment staging data-backend --version 2.0.1-hotfix',
  ],
  async run(context, { application }, flags) {
    const from = flags['from-environment']
    if (from === undefined) {
      throw new UsageRefusal('Say where to look:  --from-environment ENVIRONMENT', [
        'A build makes its snapshot with a snapshot task of its pipeline.',
      ])
    }
    const client = await context.connect()
    const environment = await findEnvironment(context, client, from)
    const { project: inFront, name } = parseThingAddress(application)
    const project = (await projectName(context, inFront)) ?? environment.project
    const snapshot = await client.takeSnapshot({
      environment: environment.id,
      application: `${project}/${name}`,
      ...(flags.version === undefined ? {} : { version: flags.version }),
    })
    return answer(
      context,
      snapshot,
      `✓ ${snapshot.application}:${snapshot.version} is what ${environment.title} runs, ${shortDigest(snapshot.digest)}.`,
    )
  },
})
