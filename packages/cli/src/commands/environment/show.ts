import { answer, viewOf } from '../../command/answer.ts'
import { command } from '../../command/command.ts'
import type { Environment } from '../../documents.ts'
import { padded } from '../../present/layout.ts'
import { presentTime, type View } from '../../present/time.ts'
import { findEnvironment } from './find-environment.ts'

export const showEnvironment = command({
  words: 'environment show',
  arguments: { environment: { shown: 'ENVIRONMENT', completes: 'environment' } },
  summary: 'Show an environment: what fills it, what it takes, who holds it',
  examples: [
    'lockstep environment show connected-car/staging',
    'lockstep environment show staging --json',
  ],
  async run(context, { environment: name }) {
    const client = await context.connect()
    const environment = await findEnvironment(context, client, name)
    return answer(context, environment, presentEnvironment(environment, viewOf(context)))
  },
})

function freezesOf({ windows, freezes, frozen }: Environment, view: View): readonly string[] {
  const byHand =
    frozen === null
      ? []
      : [
          `Frozen   ${frozen.reason}, from ${presentTime(frozen.from, view)}${frozen.until === null ? '' : ` until ${presentTime(frozen.until, view)}`}`,
        ]
  return [
    ...windows.map(({ name, when }) => `Window   ${name}: ${when}`),
    ...freezes.map(({ name, from, until }) => `Freeze   ${name}: ${from} to ${until}`),
    ...byHand,
  ]
}

function presentEnvironment(environment: Environment, view: View): string {
  const { lock, tiers } = environment
  const since = lock.since === null ? '' : `, since ${presentTime(lock.since, view)}`
  const why = lock.reason === null ? '' : `: ${lock.reason}`
  return [
    `${environment.title} (${environment.project}/${environment.name}), rev ${environment.revision}`,
    ...tiers.map(
      ({ name, kind, filledBy }) => `  ${padded(name, 16)}${padded(kind, 8)}${filledBy}`,
    ),
    `Takes    ${environment.receives.join(', ')}`,
    `Agents   ${environment.agents.length === 0 ? 'none is assigned' : environment.agents.join(', ')}`,
    ...freezesOf(environment, view),
    `Held by  ${lock.state === 'free' ? 'nobody' : `${lock.holder ?? 'somebody'}${since}${why}`}`,
    ...(lock.queue.length === 0 ? [] : [`Waiting  ${lock.queue.join(', ')}`]),
  ].join('\n')
}
