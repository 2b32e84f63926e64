// The mail to an approver: what goes on from which version to which, the checks, who has decided, until when, and one link.

import type { GateSheet, SheetApproval } from '../postgres/read/gate-sheet.ts'
import { presentHtml, type Block } from '../usecases/notification/mail-html.ts'
import { presentText } from '../usecases/notification/mail-text.ts'

/** Subject and both parts of a mail. */
export interface MailText {
  readonly subject: string
  readonly text: string
  readonly html: string
}

/** Why approvers are asked now. */
export type Asking = 'waiting' | 'void' | 'expired' | 'reminder' | 'by_hand'

const BEGINS: Readonly<Record<Asking, string>> = {
  waiting: 'Waits for you',
  void: 'Asked again, it has changed',
  expired: 'Asked again, approvals have expired',
  reminder: 'Reminder: waits for you',
  by_hand: 'Reminder: waits for you',
}

const WHY: Readonly<Record<Exclude<Asking, 'by_hand'>, string>> = {
  waiting: '',
  void: 'What it lets through has changed since approvals were given; they do not count any more.',
  expired: 'The approvals given before have expired.',
  reminder: 'This is the one reminder.',
}

/** What one approver is asked. The words are those of the gate's page; nothing in them decides. */
export function approverMail(
  sheet: GateSheet,
  input: {
    readonly link: string
    readonly why: Asking
    readonly receiver: string
    /** Who asks by hand. */
    readonly by?: string
  },
): MailText {
  const { link, why, receiver, by } = input
  const said = why === 'by_hand' ? `${by ?? 'Somebody'} asks you to look at it.` : WHY[why]
  const you = sheet.deciders.find(({ id }) => id === receiver)
  const heading = `${BEGINS[why]}: ${sheet.gate} of ${sheet.of}${versionsInShort(sheet)}`
  const blocks: readonly Block[] = [
    {
      kind: 'text',
      text: `${sheet.of}, run ${sheet.run}, waits at the ${sheet.gate} gate for ${sheet.waitsFor ?? 'its checks'}.`,
    },
    ...(said === '' ? [] : [{ kind: 'text', text: said } as const]),
    bringsBlock(sheet),
    checksBlock(sheet),
    approvalsBlock(sheet, you?.as ?? []),
    { kind: 'link', text: 'Look and decide', url: link },
    {
      kind: 'small',
      text: [
        sheet.until === null
          ? 'If nobody decides, the run waits.'
          : `If nobody decides until ${longTime(sheet.until)}, the approvals given expire and are asked for again.`,
        `${becauseOf(you?.as ?? [])} Opening the link decides nothing.`,
        `On the command line:  lockstep gate show ${sheet.address}`,
        `Digest of what is decided: ${sheet.covers ?? 'not known yet'}`,
      ].join('\n'),
    },
  ]
  const subject = sheet.until === null ? heading : `${heading}, until ${longTime(sheet.until)}`
  return { subject, text: presentText(blocks), html: presentHtml(heading, blocks) }
}

/** What everybody is told who has to do with a gate when somebody overrides it, or does no more: as it stands when this is sent. */
export function overrideMail(sheet: GateSheet, { link }: { readonly link: string }): MailText {
  const what = `${sheet.gate} of ${sheet.of}, run ${sheet.run}`
  const blocks: readonly Block[] = [
    { kind: 'text', text: overrideWords(sheet) },
    ...(sheet.overrides.length === 0
      ? []
      : [
          {
            kind: 'table',
            title: 'Why',
            rows: sheet.overrides.map(({ by, reason }) => [by, `"${reason}"`]),
          } as const,
        ]),
    bringsBlock(sheet),
    checksBlock(sheet),
    approvalsBlock(sheet, []),
    { kind: 'link', text: 'Look', url: link },
    {
      kind: 'small',
      text: [
        ...stepsLeft(sheet),
        'You get this because you approve here, own the project, or may override gates. Opening the link decides nothing.',
        `Digest of what it lets through: ${sheet.covers ?? 'not known yet'}`,
      ].join('\n'),
    },
  ]
  const subject = `Break-glass ${overrideStep(sheet)}: ${what}`
  return { subject, text: presentText(blocks), html: presentHtml(subject, blocks) }
}

function overrideStep(sheet: GateSheet): 'wanted' | 'without approvals' | 'ended' {
  if (isOverridden(sheet) && (isOpen(sheet) || sheet.status === 'passed'))
    return 'without approvals'
  return sheet.overrides.length > 0 && isOpen(sheet) ? 'wanted' : 'ended'
}

/** What can still be done about it: nothing when nobody overrides it, or the gate is decided. */
function stepsLeft(sheet: GateSheet): readonly string[] {
  const { overrides, address } = sheet
  if (overrides.length === 0 || !isOpen(sheet)) return []
  const second = `Whoever may override gates does it with them:  lockstep gate override ${address} -m "…"`
  const stop = `Any approver of the gate stops it until it has passed:  lockstep gate reject ${address} -m "…"`
  return isOverridden(sheet) ? [stop] : [second, stop]
}

function isOpen({ status }: GateSheet): boolean {
  return status === 'waiting' || status === 'checking'
}

/** Whether enough people override the gate. */
export function isOverridden({ overrides, overridesNeeded }: GateSheet): boolean {
  return overrides.length >= overridesNeeded
}

/** `A and B` */
function overridersOf({ overrides }: GateSheet): string {
  return overrides.map(({ by }) => by).join(' and ')
}

function overrideWords(sheet: GateSheet): string {
  const { overrides, overrideUntil } = sheet
  const title = `the ${sheet.gate} gate of ${sheet.of}, run ${sheet.run}`
  if (!isOpen(sheet)) return whenOver(sheet, title)
  if (overrides.length === 0) {
    return `Nobody wants to pass ${title}, without its approvals any more. It waits for them.`
  }
  const verb = isOverridden(sheet) ? 'pass' : 'wants to pass'
  const who = `${overridersOf(sheet)} ${verb} ${title}, without its approvals.`
  if (isOverridden(sheet)) return `${who} They are not waited for; its checks still have to hold.`
  const until = overrideUntil === null ? '' : `, until ${longTime(overrideUntil)}`
  return `${who} Nothing has changed yet: it takes somebody else who may do so as well${until}.`
}

function whenOver(sheet: GateSheet, title: string): string {
  const { status, overrides } = sheet
  if (status === 'passed' && isOverridden(sheet)) {
    return `${overridersOf(sheet)} passed ${title}, without its approvals.`
  }
  const wanted =
    overrides.length === 0
      ? `Nobody wants to pass ${title}, without its approvals any more.`
      : `${overridersOf(sheet)} wanted to pass ${title}, without its approvals.`
  return `${wanted} ${STANDS[status] ?? ''}`.trimEnd()
}

const STANDS: Readonly<Partial<Record<GateSheet['status'], string>>> = {
  passed: 'It has passed with them.',
  rejected: 'It was rejected.',
  aborted: 'The run was stopped.',
}

/** One line to those who were asked, or told of break-glass, when they need not act any more. */
export function decidedMail(
  sheet: GateSheet,
  input: { readonly outcome: Outcome; readonly link: string },
): MailText {
  const { outcome, link } = input
  const subject = `${OUTCOMES[outcome]}: ${sheet.gate} of ${sheet.of}, run ${sheet.run}`
  const blocks: readonly Block[] = [
    { kind: 'text', text: `${endingOf(sheet, outcome)} You need not do anything.` },
    { kind: 'link', text: 'Look', url: link },
  ]
  return { subject, text: presentText(blocks), html: presentHtml(subject, blocks) }
}

type Outcome = 'passed' | 'rejected' | 'aborted'

const OUTCOMES: Readonly<Record<Outcome, string>> = {
  passed: 'Passed',
  rejected: 'Rejected',
  aborted: 'Run stopped',
}

function endingOf(sheet: GateSheet, outcome: Outcome): string {
  const { decidedAt, reason, overrides } = sheet
  const ended = `${OUTCOMES[outcome]}${decidedAt === null ? '' : ` ${clockTime(decidedAt)}`}`
  if (outcome === 'passed') {
    if (isOverridden(sheet)) {
      return `${ended} without its approvals: ${overridersOf(sheet)} overrode it.`
    }
    return overrides.length === 0
      ? `${ended}.`
      : `${ended} with its approvals; that ${overridersOf(sheet)} wanted to override it changed nothing.`
  }
  const why = reason === '' ? '.' : `: ${reason}.`
  return overrides.length === 0 ? `${ended}${why}` : `${ended}${why} Nobody overrides it.`
}

/** ` (1.9.2 → 2.0.0)` of one application; of several ` (v1 → v2)` where all go from one major version to another. */
function versionsInShort({ brings }: GateSheet): string {
  const [first] = brings
  if (first === undefined) return ''
  if (brings.length === 1) {
    return first.to === null ? '' : ` (${first.from ?? 'new'} → ${first.to})`
  }
  const majors = (side: 'from' | 'to'): ReadonlySet<string | undefined> =>
    new Set(brings.map((one) => /^(\d+)\./.exec(one[side] ?? '')?.[1]))
  const [[from], [to]] = [[...majors('from')], [...majors('to')]]
  const isOne = majors('from').size === 1 && majors('to').size === 1
  if (!isOne || from === undefined || to === undefined || from === to) return ''
  return ` (v${from} → v${to})`
}

function bringsBlock({ next, brings }: GateSheet): Block {
  return {
    kind: 'table',
    title: next === null ? 'Lets these be finished' : `Lets these go on to ${next}`,
    rows: brings.map(({ application, from, to, note }) => [
      application,
      from ?? 'nothing',
      '→',
      to ?? 'not built yet',
      note,
    ]),
  }
}

function checksBlock({ checks }: GateSheet): Block {
  const hold = checks.filter(({ state }) => state === 'ok').length
  return {
    kind: 'table',
    title: `Checks, ${hold} of ${checks.length} hold`,
    rows: checks.map(({ state, name, evidence }) => [state, name, evidence]),
  }
}

function approvalsBlock(sheet: GateSheet, yours: readonly string[]): Block {
  return {
    kind: 'table',
    title: `Approvals, ${sheet.approvalsGiven} of ${sheet.approvalsNeeded}`,
    rows: sheet.approvals.map((approval) => [
      approval.state,
      approval.name,
      whoOf(sheet, approval, yours),
      approval.comment === '' ? '' : `"${approval.comment}"`,
    ]),
  }
}

function whoOf(
  sheet: GateSheet,
  { by, at, state, name }: SheetApproval,
  yours: readonly string[],
): string {
  if (by !== null) return at === null ? by : `${by}, ${longTime(at)}`
  if (state !== 'waiting' || !yours.includes(name)) return ''
  const others = sheet.deciders.filter(({ as }) => as.includes(name)).length - 1
  if (others <= 0) return 'you'
  return others === 1 ? 'you, or 1 other' : `you, or ${others} others`
}

function becauseOf(groups: readonly string[]): string {
  return groups.length === 0
    ? 'You get this because you are named as an approver.'
    : `You get this because you are in ${groups.join(' and ')}.`
}

// ── times: people's zones are not known, so each says which zone it is in ─────────────────────

const PARTS = { timeZone: 'UTC', hourCycle: 'h23' } as const
const CLOCK = new Intl.DateTimeFormat('en-GB', { ...PARTS, hour: '2-digit', minute: '2-digit' })
const WEEKDAY = new Intl.DateTimeFormat('en-GB', { ...PARTS, weekday: 'short' })
const DAY = new Intl.DateTimeFormat('en-GB', { ...PARTS, day: 'numeric', month: 'short' })

/** `06:00 UTC` */
function clockTime(at: number): string {
  return `${CLOCK.format(at)} UTC`
}

/** `Wed 18 Nov 06:00 UTC`: a mail may be read on any day, so a weekday alone would not say which. */
function longTime(at: number): string {
  return `${WEEKDAY.format(at)} ${DAY.format(at)} ${clockTime(at)}`
}
