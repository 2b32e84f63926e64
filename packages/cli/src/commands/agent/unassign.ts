import { parseThingAddress } from '../../address/address.ts'
import { findProject } from '../../address/project.ts'
import { answer } from '../../command/answer.ts'
import { command } from '../../command/command.ts'
import { findEnvironment } from '../environment/find-environment.ts'
import { findAgent } from './find-agent.ts'

export const unassign = command({
  words: 'agent unassign',
  arguments: {
    agent: { shown: 'AGENT', completes: 'agent' },
    place: { shown: 'PROJECT[/ENVIRONMENT]', completes: 'project' },
  },
  summary: 'Take an agent out of a project or environment',
  examples: [
    'lockstep agent unassign eu-staging-1 connected-car/staging',
    'lockstep agent unassign build-1 backend',
  ],
  async run(context, { agent: name, place }) {
    const client = await context.connect()
    const { id } = await findAgent(client, name)
    const address = parseThingAddress(place)
    const project = await findProject(context, client, address.project ?? address.name)
    const environment =
      address.project === undefined ? null : (await findEnvironment(context, client, place)).id
    const agent = await client.unassignAgent({ agent: id, project: project.id, environment })
    return answer(context, agent, `✓ ${name} does not work any more in ${place}.`)
  },
})
