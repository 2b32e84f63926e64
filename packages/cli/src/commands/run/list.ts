import { parseThingAddress } from '../../address/address.ts'
import { findProject, projectName } from '../../address/project.ts'
import { answerList, viewOf } from '../../command/answer.ts'
import { command, limit } from '../../command/command.ts'
import { UsageRefusal } from '../../command/failure.ts'
import { markOf } from '../../terminal/style.ts'
import { elapsedBetween, presentElapsed, presentTime } from '../../present/time.ts'

const STATES = [
  'pending',
  'ready',
  'running',
  'waiting',
  'succeeded',
  'failed',
  'errored',
  'aborted',
  'skipped',
  'unknown',
] as const

export const listRuns = command({
  words: 'run list',
  arguments: { thing: { shown: 'THING', optional: true, completes: 'startable' } },
  flags: {
    limit,
    state: { type: 'text', value: 'STATE', summary: `one of ${STATES.join(', ')}` },
  },
  summary: 'List runs, newest first',
  examples: ['lockstep run', 'lockstep run list connected-car-2.0 --state failed'],
  async run(context, { thing }, flags) {
    const client = await context.connect()
    const state = STATES.find((known) => known === flags.state)
    if (flags.state !== undefined && state === undefined) {
      throw new UsageRefusal(
        `"${flags.state}" is no state of a run. There is ${STATES.join(', ')}.`,
      )
    }
    const address = thing === undefined ? undefined : parseThingAddress(thing)
    const said = await projectName(context, address?.project)
    const project = said === undefined ? undefined : await findProject(context, client, said)
    const page = await client.listRuns({
      limit: flags.limit,
      ...(project === undefined ? {} : { project: project.id }),
      ...(address === undefined ? {} : { name: address.name }),
      ...(state === undefined ? {} : { state }),
    })
    const view = viewOf(context)
    return answerList(
      context,
      page,
      [
        { title: 'run', value: (run) => run.address },
        { title: 'state', value: (run) => `${markOf(run.state)} ${run.state}` },
        {
          title: 'brings',
          value: (run) =>
            run.brings
              .flatMap(({ application, version }) =>
                version === null ? [] : [`${application.split('/').at(-1) ?? ''} ${version}`],
              )
              .join(', '),
          goes: 1,
        },
        { title: 'commit', value: (run) => run.source?.commit.slice(0, 8) ?? '', goes: 2 },
        { title: 'started', value: (run) => presentTime(run.startedAt, view) },
        {
          title: 'took',
          value: (run) =>
            presentElapsed(elapsedBetween(run.startedAt, run.finishedAt, view.nowMs) ?? 0),
          align: 'right',
        },
        { title: 'by', value: (run) => run.starter, goes: 3 },
      ],
      'There is no run.',
    )
  },
})
