import { findProject } from '../../address/project.ts'
import { answer } from '../../command/answer.ts'
import { command } from '../../command/command.ts'
import { findEnvironment } from '../environment/find-environment.ts'
import { presentGranted } from './present-granted.ts'
import { findSubject, parseRole } from './role-input.ts'

export const grant = command({
  words: 'role grant',
  arguments: {
    role: { shown: 'ROLE' },
    who: { shown: 'USER|group:GROUP|account:ACCOUNT', completes: 'user' },
  },
  flags: {
    system: { type: 'boolean', summary: 'on the whole system, not in a project' },
    environment: {
      type: 'text',
      value: 'NAME',
      summary: 'only in this environment of the project',
    },
  },
  summary:
    'Grant a role in a project, in one of its environments, or on the whole system; people who get it sign in again',
  examples: [
    'lockstep role grant approver group:release-managers -p connected-car',
    'lockstep role grant developer account:ci -p backend',
  ],
  async run(context, { role: text, who }, { system, environment: place }) {
    const role = parseRole(text)
    const client = await context.connect()
    const subject = await findSubject(context, client, who)
    if (system) {
      const made = await client.grantOnSystem({ subject, role })
      return answer(context, made, presentGranted(made, `${who} is ${role} of the whole system.`))
    }
    const project = await findProject(context, client)
    const environment =
      place === undefined
        ? undefined
        : await findEnvironment(context, client, `${project.name}/${place}`)
    const made = await client.grantOnProject({
      project: project.id,
      subject,
      role,
      ...(environment === undefined ? {} : { environment: environment.id }),
    })
    const where = environment === undefined ? project.name : `${project.name}/${environment.name}`
    return answer(context, made, presentGranted(made, `${who} is ${role} in ${where}.`))
  },
})
