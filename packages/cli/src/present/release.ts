// A release and what it has collected.

import type { Release } from '../documents.ts'
import { MARKS } from '../terminal/style.ts'
import { padded, presentTable, spread } from './layout.ts'

/** The view of `release show`. */
export function presentRelease(release: Release, width: number): string {
  const { applications } = release
  const missing = applications.filter(({ snapshot }) => snapshot === null)
  const head = [
    spread(`${release.title}, set ${release.set}`, release.state, width),
    ...(release.purpose === null ? [] : [release.purpose]),
    `${padded('Owner', 10)}${release.owner}`,
    `${padded('Pipeline', 10)}${release.pipeline}`,
    ...Object.entries(release.planned).map(
      ([stage, at]) => `${padded('Planned', 10)}${stage} ${at}`,
    ),
    ...(release.run === null ? [] : [`${padded('Run', 10)}${release.run}`]),
  ]
  const table = presentTable(
    [
      {
        title: 'application',
        value: (row) =>
          `${row.snapshot === null ? MARKS.pending : MARKS.passed} ${row.application}`,
      },
      { title: 'wants', value: (row) => row.versions },
      { title: 'collected', value: (row) => row.version ?? 'nothing yet' },
      { title: 'passed', value: (row) => row.passed ?? `waits for ${row.from}` },
      { title: '', value: (row) => row.hold ?? '' },
    ],
    applications,
    width,
  )
  const next =
    release.state === 'succeeded'
      ? `It has been delivered. Take it back:  lockstep release rollback ${release.name} --dry-run`
      : missing.length === 0
        ? `Everything is collected. Plan it:  lockstep plan ${release.name}`
        : `${missing.length} of ${applications.length} are missing: ${missing.map(({ application }) => application).join(', ')}`
  return [head.join('\n'), table, next].join('\n\n')
}
