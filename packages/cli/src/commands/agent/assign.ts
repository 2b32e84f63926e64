import { parseThingAddress } from '../../address/address.ts'
import { findProject } from '../../address/project.ts'
import { answer } from '../../command/answer.ts'
import { command } from '../../command/command.ts'
import { findEnvironment } from '../environment/find-environment.ts'
import { findAgent } from './find-agent.ts'

export const assign = command({
  words: 'agent assign',
  arguments: {
    agent: { shown: 'AGENT', completes: 'agent' },
    place: { shown: 'PROJECT[/ENVIRONMENT]', completes: 'project' },
  },
  summary: 'Let an agent work in a project, or in one of its environments',
  examples: [
    'lockstep agent assign eu-staging-1 connected-car/staging',
    'lockstep agent assign build-1 backend',
  ],
  async run(context, { agent: name, place }) {
    const client = await context.connect()
    const { id } = await findAgent(client, name)
    const address = parseThingAddress(place)
    const project = await findProject(context, client, address.project ?? address.name)
    const environment =
      address.project === undefined ? null : (await findEnvironment(context, client, place)).id
    const agent = await client.assignAgent({ agent: id, project: project.id, environment })
    return answer(context, agent, `✓ ${name} works in ${place}.`)
  },
})
