import { findProject } from '../../address/project.ts'
import { answer } from '../../command/answer.ts'
import { command } from '../../command/command.ts'
import { Refusal } from '../../command/failure.ts'
import { presentChanged } from '../../present/ended-sessions.ts'
import { findSubject, parseRole } from './role-input.ts'

export const revokeRole = command({
  words: 'role revoke',
  arguments: {
    role: { shown: 'ROLE' },
    who: { shown: 'USER|group:GROUP|account:ACCOUNT', completes: 'user' },
  },
  flags: { system: { type: 'boolean', summary: 'on the whole system, not in a project' } },
  summary: 'Take a role back; people who had it sign in again',
  examples: [
    'lockstep role revoke approver qa-lead -p connected-car',
    'lockstep role revoke auditor qa-lead --system',
  ],
  async run(context, { role: text, who }, { system }) {
    const role = parseRole(text)
    const client = await context.connect()
    const subject = await findSubject(context, client, who)
    const project = system ? undefined : await findProject(context, client)
    const { items } =
      project === undefined
        ? await client.listSystemGrants({ limit: 200 })
        : await client.listGrants({ project: project.id, limit: 200 })
    const found = items.filter((item) => item.subject === subject && item.role === role)
    if (found.length === 0) {
      throw new Refusal(
        `${who} is not ${role} ${project === undefined ? 'of the whole system' : `in ${project.name}`}.`,
      )
    }
    let endedSessions = 0
    for (const { id } of found)
      endedSessions += (await client.revokeGrant({ grant: id })).endedSessions
    const sentence = `${who} is not ${role} any more.`
    return answer(context, { endedSessions }, presentChanged(sentence, endedSessions))
  },
})
