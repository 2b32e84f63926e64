import { answer, tell } from '../../command/answer.ts'
import { command, words } from '../../command/command.ts'
import type { Gate } from '../../documents.ts'
import { countApprovals } from '../../present/gate.ts'
import { COVERS_FLAG } from './ask-about-gate.ts'
import { decide } from './decide.ts'

export const approve = command({
  words: 'gate approve',
  arguments: { gate: { shown: 'GATE', completes: 'gate' } },
  flags: {
    message: words('a comment, kept with the approval'),
    covers: COVERS_FLAG,
  },
  summary: 'Approve, after being shown what it lets through',
  examples: [
    'lockstep gate approve connected-car-2.0/7/staging.exit -m "Numbers look right"',
    'lockstep gate approve connected-car-2.0/7/staging.exit --covers e07b41c9',
  ],
  async run(context, { gate: address }, flags) {
    const client = await context.connect()
    const { message: comment, covers } = flags
    const gate = await decide(context, client, { address, decision: 'approve', comment, covers })
    if (gate === undefined) {
      tell(context, 'Nothing was decided.')
      return 1
    }
    return answer(context, gate, presentApproved(gate, address, (await client.showMe()).name))
  },
})

function presentApproved(gate: Gate, address: string, person: string): string {
  const own = gate.approvals.flatMap(({ name, oneFromEach, decisions }) =>
    decisions
      .filter((one) => one.person === person)
      .flatMap((one) => (oneFromEach ? one.for : [name])),
  )
  const whom = own.join(', ')
  const head = `✓ Approved${whom === '' ? '' : ` for ${whom}`}.`
  if (gate.state === 'passed') return `${head} The gate has passed.`
  const checks = gate.checks.filter(({ state }) => state === 'checking' || state === 'pending')
  const { given, need } = countApprovals(gate)
  const rest = [
    ...(checks.length === 0 ? [] : [stillOpen(checks.length, 'check', 'running')]),
    ...(given >= need ? [] : [stillOpen(need - given, 'approval', 'missing')]),
  ].join(' and ')
  const sentence =
    rest === ''
      ? ' Nobody is missing: the gate looks at everything once more, then it passes.'
      : ` ${rest.charAt(0).toUpperCase()}${rest.slice(1)}: the gate passes by itself when nothing is left.`
  return `${head}${sentence}\n  Take back until then:  lockstep gate withdraw ${address}`
}

/** `one check is still running`, `2 approvals are still missing` */
function stillOpen(count: number, what: string, how: string): string {
  return count === 1 ? `one ${what} is still ${how}` : `${count} ${what}s are still ${how}`
}
