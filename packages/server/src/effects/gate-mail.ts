// The mail to an approver: what goes on from which version to which, the checks, who has decided, until when, and one link.

import {
  approvalProgress,
  type ApprovalRule,
  type GateRunState,
  type RuleState,
} from '@lockstep/domain'

import { behind, type GateView } from '../postgres/read/gate-view.ts'
import { nameOf } from '../postgres/read/names.ts'
import { presentHtml, type Block } from './mail-html.ts'

/** Subject and both parts of a mail. */
export interface MailText {
  readonly subject: string
  readonly text: string
  readonly html: string
}

/** `Staging exit`. */
export function gateTitle({ stage, gate }: GateView): string {
  return `${stage.title} ${gate.state.node}`
}

/** `Connected Car 2.0, run 7`. */
export function runTitle({ plan, run }: GateView): string {
  return `${plan.release?.title ?? plan.pipeline.title}, run ${run.number}`
}

/** What an approver is asked. The words are those of the gate's page; nothing in them decides. */
export function approverMail(view: GateView, link: string, why: string): MailText {
  const { gate, plan } = view
  const waits = waitsFor(view)
  const goes = plan.release?.title ?? plan.pipeline.title
  const heading = `Waits for you: ${gateTitle(view)} of ${goes}${versionsInShort(view)}`
  const until = earliestExpiry(gate.state)
  const next = behind(plan, gate)
  const blocks: Block[] = [
    {
      kind: 'text',
      text: `${runTitle(view)}, waits at the ${gateTitle(view)} gate for ${waits}.${why === '' ? '' : ` ${why}`}`,
    },
    {
      kind: 'table',
      title: next === undefined ? 'Lets these be finished' : `Lets these go on to ${next.title}`,
      rows: view.brings.map(({ application, from, to }) => [
        application,
        from ?? 'new',
        '→',
        to ?? '–',
      ]),
    },
    checksBlock(view),
    approvalsBlock(view),
    { kind: 'link', text: 'Look and decide', url: link },
    {
      kind: 'small',
      text: [
        until === undefined
          ? 'If nobody decides, the run waits.'
          : `If nobody decides until ${atText(until)}, the approvals given expire and are asked for again.`,
        'Opening the link decides nothing.',
        `Digest of what is decided: ${gate.state.covers ?? 'not known yet'}`,
      ].join('\n'),
    },
  ]
  const subject = until === undefined ? heading : `${heading}, until ${atText(until)}`
  return { subject, text: presentText(blocks), html: presentHtml(heading, blocks) }
}

/** One line to those who were asked, when they need not act any more. */
export function decidedMail(
  view: GateView,
  outcome: 'passed' | 'rejected',
  link: string,
): MailText {
  const subject = `${outcome === 'passed' ? 'Passed' : 'Rejected'}: ${gateTitle(view)} of ${runTitle(view)}`
  const line =
    outcome === 'passed'
      ? `The ${gateTitle(view)} gate of ${runTitle(view)} has passed. You need not do anything.`
      : `The ${gateTitle(view)} gate of ${runTitle(view)} was rejected: ${view.gate.state.reason}`
  const blocks: Block[] = [
    { kind: 'text', text: line },
    { kind: 'link', text: 'Look', url: link },
  ]
  return { subject, text: presentText(blocks), html: presentHtml(subject, blocks) }
}

function versionsInShort(view: GateView): string {
  const [first] = view.brings
  if (view.brings.length !== 1 || first?.to === undefined || first.to === null) return ''
  return ` (${first.from ?? 'new'} → ${first.to})`
}

function checksBlock(view: GateView): Block {
  const { stage, gate } = view
  const rows = stage[gate.state.node].rules.flatMap((rule, index) =>
    rule.kind === 'check' ? [checkRow(rule.name, gate.state.rules[index])] : [],
  )
  const hold = rows.filter(([state]) => state === 'ok').length
  const title = rows.length === 0 ? 'No checks' : `Checks, ${hold} of ${rows.length} hold`
  return { kind: 'table', title, rows }
}

function checkRow(name: string, state: RuleState | undefined): readonly string[] {
  if (state?.status === 'holds') return ['ok', name, state.evidence]
  const evidence = state !== undefined && 'evidence' in state ? state.evidence : ''
  return [state?.status === 'pending' ? 'later' : 'checking', name, evidence]
}

function approvalsBlock(view: GateView): Block {
  const { stage, gate, names } = view
  const rows = stage[gate.state.node].rules.flatMap((rule, index) => {
    if (rule.kind !== 'approval') return []
    const given = gate.state.decisions
      .filter((decision) => decision.rule === index)
      .map((decision) => [
        decision.decision === 'approve' ? 'approved' : 'rejected',
        decision.as.map((at) => rule.by[at]?.name ?? '').join(', '),
        nameOf(names, decision.person),
        commentOf(view, decision.person),
      ])
    const missing = missingNames(gate.state, rule, index)
    return missing.length === 0 ? given : [...given, ['waiting', missing.join(', '), '', '']]
  })
  return { kind: 'table', title: 'Approvals', rows }
}

function commentOf(view: GateView, person: string): string {
  const comment = view.history.find((decision) => decision.person === person)?.comment ?? ''
  return comment === '' ? '' : `"${comment}"`
}

function missingNames(state: GateRunState, rule: ApprovalRule, index: number): readonly string[] {
  const { given, need } = approvalProgress(state, rule, index)
  if (given >= need) return []
  const standing = state.decisions.filter((decision) => decision.rule === index)
  return rule.by
    .filter((_approver, at) => !rule.oneFromEach || !standing.some(({ as }) => as.includes(at)))
    .map(({ name }) => name)
}

/** Whom the gate waits for, in words. */
function waitsFor({ stage, gate }: GateView): string {
  const names = stage[gate.state.node].rules.flatMap((rule, index) =>
    rule.kind === 'approval' && gate.state.rules[index]?.status === 'waiting'
      ? missingNames(gate.state, rule, index)
      : [],
  )
  return names.length === 0 ? 'its checks' : `one of ${[...new Set(names)].join(', one of ')}`
}

function earliestExpiry(state: GateRunState): number | undefined {
  const ends = state.rules.flatMap((rule) => ('until' in rule ? [rule.until] : []))
  return ends.length === 0 ? undefined : Math.min(...ends)
}

function atText(at: number): string {
  return `${new Date(at).toISOString().slice(0, 16).replace('T', ' ')} UTC`
}

/** The same blocks as plain text, with columns in line. */
function presentText(blocks: readonly Block[]): string {
  return `${blocks.map(textOf).filter(Boolean).join('\n\n')}\n`
}

function textOf(block: Block): string {
  switch (block.kind) {
    case 'text':
    case 'small':
      return block.text
    case 'link':
      return `${block.text}:  ${block.url}`
    case 'table': {
      if (block.rows.length === 0) return ''
      const widths = columnWidths(block.rows)
      const lines = block.rows.map((row) =>
        `  ${row.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join('  ')}`.trimEnd(),
      )
      return [block.title, ...lines].join('\n')
    }
  }
}

function columnWidths(rows: readonly (readonly string[])[]): readonly number[] {
  const columns = Math.max(...rows.map((row) => row.length))
  return Array.from({ length: columns }, (_none, at) =>
    Math.max(...rows.map((row) => row[at]?.length ?? 0)),
  )
}
