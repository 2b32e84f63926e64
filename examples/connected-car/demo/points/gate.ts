// S5 to S9: gates, who approves, who is told, what is judged by itself.

import type { DecisionFacts, Evidence, RunFacts } from '../evidence.ts'
import { beginOf, gatheredOf, lastRelease, listed, must, seconds, stageOf } from './point.ts'

export function judgeEntryGate(evidence: Evidence): string {
  return heldBack(evidence, { gate: 'production', node: 'entry', behind: 'production' })
}

export function judgeExitGate(evidence: Evidence): string {
  return heldBack(evidence, { gate: 'staging', node: 'exit', behind: 'production' })
}

/** The gate waited, and what is behind it began only when all had decided. */
function heldBack(
  evidence: Evidence,
  where: { readonly gate: string; readonly node: 'entry' | 'exit'; readonly behind: string },
): string {
  const run = lastRelease(evidence)
  const gated = stageOf(run, where.gate)
  const behind = stageOf(run, where.behind)
  const name = `${gated.title}'s ${where.node} gate`
  const decisions = decisionsOn(evidence, run, gated.title, where.node)
  const [first] = decisions
  must(first !== undefined, `nobody decided about ${name}`)
  for (const { person, heldBack: states } of decisions) {
    const begun = states.filter((state) => state !== 'pending')
    must(
      states.length > 0 && begun.length === 0,
      `when ${person} looked at ${name}, tasks of ${behind.title} were ${listed(begun)}`,
    )
  }
  const decided = Math.max(...decisions.map(({ decidedAt }) => Date.parse(decidedAt)))
  const early = decided - beginOf(behind)
  must(early <= 0, `${behind.title} began ${seconds(early)} before ${name} was decided`)
  const waited = beginOf(behind) - Date.parse(first.gate.since)
  const whose = gated === behind ? 'its' : `${behind.title}'s`
  return `${name} held ${whose} tasks for ${seconds(waited)}, until approved`
}

function decisionsOn(
  { decisions }: Evidence,
  run: RunFacts,
  stage: string,
  node: string,
): readonly DecisionFacts[] {
  return decisions.filter(
    ({ gate }) =>
      run.address.endsWith(`/${gate.runAddress}`) && gate.stage === stage && gate.node === node,
  )
}

export function judgeMail({ decisions }: Evidence): string {
  const exits = decisions.filter(({ gate }) => gate.node === 'exit')
  must(exits.length > 0, 'no exit gate was decided')
  for (const { mail, gate, person } of exits) {
    must(mail.to.includes(`${person}@`), `the mail of ${gate.address} went to ${mail.to}`)
    must(
      mail.link.endsWith(`/gates/${gate.id}`),
      `the mail of ${gate.address} leads to ${mail.link === '' ? 'nothing' : mail.link}`,
    )
  }
  for (const { gate, waitsFor } of exits) {
    const asked = exits.filter((one) => one.gate.id === gate.id).map(({ person }) => person)
    const missed = waitsFor.filter((person) => !asked.includes(person))
    must(missed.length === 0, `${gate.address} waited for ${listed(missed)}, who got no mail`)
  }
  const slowest = Math.max(...exits.map(({ mailAfterMs }) => mailAfterMs))
  return `${exits.length} mails to approvers of exit gates were read from the mailbox, the slowest ${seconds(slowest)} after its gate began to wait`
}

export function judgeApprovers(evidence: Evidence): string {
  const { groups } = gatheredOf(evidence)
  const asked = new Set(evidence.decisions.flatMap(({ of }) => of))
  const askedGroups = [...asked].filter((name) => groups.includes(name))
  const askedUsers = [...asked].filter((name) => !groups.includes(name))
  must(askedGroups.length > 0, `only users approved: ${listed(askedUsers)}`)
  must(askedUsers.length > 0, `only groups approved: ${listed(askedGroups)}`)
  const rule = stageOf(lastRelease(evidence), 'staging').exit.rules.find(
    ({ kind }) => kind === 'approval',
  )
  const decided = rule?.decided ?? []
  must(decided.length === 3, `Staging was approved by ${listed(decided)}, not by one of each group`)
  const starter = evidence.refused['approve as the starter'] ?? ''
  must(starter !== '', 'the person who started the run could approve it')
  return `approved by ${askedGroups.length} groups and ${askedUsers.length} user; Staging by one each of 3; its starter was refused`
}

export function judgeQuality({ mistake, teamRuns }: Evidence): string {
  must(mistake !== undefined, 'no commit with a mistake was judged')
  const refused = mistake.stages[0]?.exit
  const failed = refused?.rules.find(({ name }) => name === 'Tests')
  must(
    refused?.state === 'rejected' && failed?.state === 'failed',
    `the gate of the mistake is ${refused?.state}, its rule "Tests" ${failed?.state}`,
  )
  const passed = teamRuns
    .findLast(({ name }) => name === 'mobile-app')
    ?.stages[0]?.exit.rules.find(({ name }) => name === 'Tests')
  must(
    passed?.state === 'holds',
    `the rule "Tests" of the mended commit is ${passed?.state ?? 'not there'}`,
  )
  const [refusedCount, passedCount] = [refused.reason, passed.evidence].map(
    (text) => /\d+ of \d+/.exec(text ?? '')?.[0],
  )
  must(refusedCount !== undefined, `the gate refused the mistake with "${refused.reason ?? ''}"`)
  must(
    passedCount !== undefined,
    `the gate let the mended commit through with "${passed.evidence}"`,
  )
  return `a gate refused a commit of which ${refusedCount} tests passed, and let ${passedCount} through`
}
