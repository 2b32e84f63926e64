// What is planned is shown, and exactly that is started.

import { Refused, type Client } from '@lockstep/client'

import { answer, confirm, tell, viewOf } from '../../command/answer.ts'
import type { ExitCode } from '../../command/command.ts'
import type { Context } from '../../command/context.ts'
import { refusalWith } from '../../command/present-failure.ts'
import { presentPlan } from '../../present/plan.ts'
import { shortAddress } from '../../present/run.ts'
import { watchRun } from './watch-run.ts'

/** Flags of what plans first, shows that, and starts it when the person says yes. */
export const PLANNED_FLAGS = {
  'dry-run': { type: 'boolean', summary: 'show the plan, start nothing' },
  plan: {
    type: 'text',
    value: 'DIGEST',
    summary: 'start exactly this plan, without being asked; its first 8 digits will do',
  },
  follow: { type: 'boolean', short: 'f', summary: 'watch the run until it ends' },
} as const

interface PlannedFlags {
  readonly 'dry-run': boolean
  readonly plan: string | undefined
  readonly follow: boolean
}

type Started = Awaited<ReturnType<Client['startRun']>>

/** Plans, shows, asks, and starts exactly what was shown. `again` is the command that plans the same. */
export async function startPlanned(
  context: Context,
  client: Client,
  planned: {
    readonly subject: Parameters<Client['makePlan']>[0]
    readonly again: string
    readonly question: string
  },
  flags: PlannedFlags,
): Promise<ExitCode> {
  const { subject, again, question } = planned
  let { plan } = flags
  if (plan === undefined) {
    const made = await client.makePlan(subject)
    const text = presentPlan(made, viewOf(context), again)
    if (flags['dry-run']) return answer(context, made, text)
    context.terminal.note(text)
    if (!(await confirm(context, question, `--plan ${made.digest.slice(7, 15)}`))) {
      tell(context, 'Nothing was started.')
      return 1
    }
    plan = made.digest
  }
  const run = await startExactly(context, client, { ...subject, plan }, again)
  const address = shortAddress(run)
  if (flags.follow) {
    tell(context, `✓ Started ${address}.`)
    return watchRun(context, client, run.id)
  }
  return answer(context, run, `✓ Started ${address}. Watch it:  lockstep run watch ${address}`)
}

/** Starts what was planned; when that plan is gone, says how a new one is made. */
export async function startExactly(
  context: Context,
  client: Client,
  subject: Parameters<Client['startRun']>[0],
  again: string,
): Promise<Started> {
  return client.startRun(subject).catch((error: unknown) => {
    // For programs the problem stays as the server gave it.
    const isGone = error instanceof Refused && PLAN_GONE.has(error.code)
    if (context.json || !isGone) throw error
    throw refusalWith(error, [`Make a new plan:  lockstep ${again} --dry-run`])
  })
}

/** The plan that was named is not, or not any more, the one to start: a new one helps. */
const PLAN_GONE: ReadonlySet<string> = new Set(['plan_unknown', 'plan_outdated'])
