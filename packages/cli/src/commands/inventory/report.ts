import { answer, reasonOf } from '../../command/answer.ts'
import { command, words } from '../../command/command.ts'
import { UsageRefusal } from '../../command/failure.ts'
import { findEnvironment } from '../environment/find-environment.ts'

export const reportInventory = command({
  words: 'inventory report',
  arguments: {
    environment: { shown: 'ENVIRONMENT', completes: 'environment' },
    component: { shown: 'PROJECT/APP/COMPONENT' },
    resource: { shown: 'RESOURCE' },
  },
  flags: {
    version: { type: 'text', value: 'VERSION', summary: 'what runs there; nothing without it' },
    digest: { type: 'text', value: 'DIGEST', summary: 'of its bytes, sha256:…' },
    message: words('how you know'),
  },
  summary: 'Tell about a deployment that was made elsewhere',
  examples: [
    'lockstep inventory report staging backend/data-backend/ingest-api eu-staging-1 --version 2.0.1 --digest sha256:… -m "Hotfix by hand"',
    'lockstep inventory report staging backend/data-backend/ingest-api eu-staging-1 -m "Taken away"',
  ],
  async run(context, { environment: name, component: text, resource }, flags) {
    const comment = reasonOf(flags.message, 'a report')
    const [project, app, component, ...more] = text.split('/')
    if (project === undefined || app === undefined || component === undefined || more.length > 0) {
      throw new UsageRefusal(`"${text}" is not PROJECT/APP/COMPONENT.`)
    }
    const { version, digest } = flags
    if ((version === undefined) !== (digest === undefined)) {
      throw new UsageRefusal(
        'A version is told with its digest: --version and --digest belong together.',
      )
    }
    const client = await context.connect()
    const { id, title } = await findEnvironment(context, client, name)
    const row = await client.reportInventory({
      environment: id,
      application: `${project}/${app}`,
      component,
      resource,
      runs: version === undefined || digest === undefined ? null : { version, digest },
      comment,
    })
    return answer(
      context,
      row,
      `✓ ${title} knows that ${resource} runs ${component} ${version ?? 'not any more'}.`,
    )
  },
})
