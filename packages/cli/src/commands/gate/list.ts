import { answerList, viewOf } from '../../command/answer.ts'
import { command, limit } from '../../command/command.ts'
import { markOf } from '../../terminal/style.ts'
import { msOf, presentTime, presentWait } from '../../present/time.ts'

export const listGates = command({
  words: 'gate list',
  flags: { limit, mine: { type: 'boolean', summary: 'only those that wait for me' } },
  summary: 'List gates that wait',
  examples: ['lockstep gate --mine', 'lockstep gate list --json'],
  async run(context, _input, { limit, mine }) {
    const client = await context.connect()
    const page = await client.listGates({ limit, ...(mine ? { mine } : {}) })
    const view = viewOf(context)
    return answerList(
      context,
      page,
      [
        { title: 'gate', value: ({ state, address }) => `${markOf(state)} ${address}` },
        { title: 'of', value: ({ title }) => title, goes: 2 },
        { title: 'waits', value: ({ since }) => presentWait(view.nowMs - msOf(since)) },
        {
          title: 'until',
          value: ({ until }) => (until === null ? '' : presentTime(until, view)),
          goes: 1,
        },
        {
          title: 'for',
          value: ({ approvals }) =>
            approvals
              .filter(({ state }) => state === 'waiting')
              .flatMap(({ missing }) => missing.map(({ name }) => name))
              .join(', '),
        },
      ],
      mine ? 'No gate waits for you.' : 'No gate waits.',
    )
  },
})
