import { answer } from '../../command/answer.ts'
import { command } from '../../command/command.ts'

export const whoami = command({
  words: 'whoami',
  summary: 'Show who I am, where, in which groups and with which roles',
  examples: ['lockstep whoami', 'lockstep whoami --json'],
  async run(context) {
    const client = await context.connect()
    const me = await client.showMe()
    const { items } = await client.listProjects({ limit: 200 })
    const projects = new Map(items.map(({ id, name }) => [id, name]))
    const grants = me.grants.map(({ role, project, environment }) => {
      if (project === null) return `${role} of the system`
      const place = projects.get(project) ?? project
      return `${role} in ${place}${environment === null ? '' : `, one environment`}`
    })
    const lines = [
      `${me.name} (${me.title}) at ${client.server}${me.token === null ? '' : `, with the token "${me.token.name}"`}`,
      `Groups   ${me.groups.length === 0 ? 'none' : me.groups.map(({ name }) => name).join(', ')}`,
      `Roles    ${grants.length === 0 ? 'none' : grants.join(', ')}`,
    ]
    return answer(context, me, lines.join('\n'))
  },
})
