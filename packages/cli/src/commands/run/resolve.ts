import { findWork, jobsOf } from '../../address/resolve.ts'
import { answer, reasonOf } from '../../command/answer.ts'
import { command, words } from '../../command/command.ts'
import { Refusal, UsageRefusal } from '../../command/failure.ts'

const DONE = {
  ran: 'It ran to the end, as you say. The run goes on.',
  did_not_run: 'It did not run, as you say.',
  try_again: 'It is run again.',
} as const

export const resolve = command({
  words: 'run resolve',
  arguments: { step: { shown: 'STEP', completes: 'task' } },
  flags: {
    ran: { type: 'boolean', summary: 'it ran to the end' },
    'did-not-run': { type: 'boolean', summary: 'it did not run' },
    'try-again': { type: 'boolean', summary: 'run it again; say why that is safe' },
    message: words('how you know'),
  },
  summary: 'Say what became of a step whose agent was lost',
  examples: [
    'lockstep run resolve connected-car-2.0/7/staging/deploy-data-backend/charge-store/migrate@eu-staging-db --ran -m "The tables are there"',
    'lockstep run resolve connected-car-2.0/7/staging/car-to-phone --try-again -m "It only reads"',
  ],
  async run(context, { step: address }, flags) {
    const verdicts = [
      ...(flags.ran ? (['ran'] as const) : []),
      ...(flags['did-not-run'] ? (['did_not_run'] as const) : []),
      ...(flags['try-again'] ? (['try_again'] as const) : []),
    ]
    const [verdict, second] = verdicts
    if (verdict === undefined || second !== undefined) {
      throw new UsageRefusal('Say one of --ran, --did-not-run and --try-again.')
    }
    const reason = reasonOf(flags.message, 'a verdict')
    const client = await context.connect()
    const work = await findWork(context, client, address)
    const unknown = jobsOf(work).filter(({ state }) => state === 'unknown')
    const [job, another] = unknown
    if (job === undefined)
      throw new Refusal(`nothing of ${address} is unknown; it has an answer already.`)
    if (another !== undefined) {
      throw new UsageRefusal(
        'Several resources are unknown. Say which, with @RESOURCE:',
        unknown.map(({ step, resource }) => `${address.replace(/@.*$/, '')} ${step}@${resource}`),
      )
    }
    const run = await client.resolveJob({ run: work.run.id, job: job.id, verdict, reason })
    return answer(context, run, `✓ ${DONE[verdict]}`)
  },
})
