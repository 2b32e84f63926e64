// The report of chaos, as it is committed.

import { VICTIMS, type Victim } from './chaos-kill.ts'
import type { RoundReport } from './chaos-round.ts'

/** What was played, on what. */
export interface Played {
  readonly seed: number
  readonly commit: string
  readonly processors: number
}

/** All rounds in a page of Markdown. */
export function presentChaos(
  reports: readonly RoundReport[],
  { seed, commit, processors }: Played,
): string {
  const sum = (of: (report: RoundReport) => number): number => {
    let total = 0
    for (const report of reports) total += of(report)
    return total
  }
  const total = (victim: Victim): number => sum(({ kills }) => kills[victim])
  const helped = reports.filter((report) => report.helped.length > 0).length
  const violations = sum((report) => report.violations.length)
  const seconds = reports.map((report) => report.seconds).toSorted((a, b) => a - b)
  const median = seconds[Math.floor(seconds.length / 2)] ?? 0
  return [
    '# Chaos',
    '',
    `\`npm run chaos -- --rounds ${reports.length} --seed ${seed}\` on commit ${commit}, ${processors} processors. In each round all three`,
    'parts of the connected car get a new version, which goes through the team pipelines and one release to Production, while',
    'programs are killed with `kill -9`, one every few seconds.',
    '',
    `**${reports.length - helped} of ${reports.length} rounds ended without a person. ${violations} violations.**`,
    '',
    `Killed: ${VICTIMS.map((victim) => `${victim} ${total(victim)} times`).join(', ')}.`,
    `Of PostgreSQL: ${countKinds(reports.flatMap(({ postgres }) => postgres))}.`,
    `${sum(({ repeated }) => repeated)} attempts followed another one by rule, each shown by the server with its cause. Half of the rounds took less than`,
    `${median.toFixed(0)} s.`,
    '',
    'A violation is something lost, or run twice without notice: a target that was started twice by one attempt or by an attempt that',
    'the server does not show, a step called done that its target has not seen, a job begun twice by the journals of the agents, a',
    'commit that began no run or two, a component in another version or with other bytes than were built, a broken audit trail.',
    '`examples/connected-car/chaos-oracle.test.ts` shows that each of these is seen.',
    '',
    `| round | ${VICTIMS.join(' | ')} | repeated | seconds | a person helped | violations |`,
    `|---|${VICTIMS.map(() => '---|').join('')}---|---|---|---|`,
    ...reports.map(presentRound),
    '',
  ].join('\n')
}

function presentRound(report: RoundReport): string {
  const cells = [
    report.round,
    ...VICTIMS.map((victim) => report.kills[victim]),
    report.repeated,
    report.seconds.toFixed(0),
    report.helped.join('; ') || '–',
    report.violations.join('; ') || '–',
  ]
  return `| ${cells.map((cell) => String(cell).replaceAll(/[|\n]/g, ' ')).join(' | ')} |`
}

function countKinds(kinds: readonly string[]): string {
  const counts = [...Map.groupBy(kinds, (kind) => kind)].toSorted(([a], [b]) => (a < b ? -1 : 1))
  return counts.map(([kind, all]) => `${kind} ${all.length}`).join(', ') || 'nothing'
}
