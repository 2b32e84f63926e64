// Test reports as nearly every tool writes them: what was counted, and the names of what failed.

import { SaxesParser } from 'saxes'

export interface TestReport {
  readonly total: number
  readonly passed: number
  readonly failed: number
  readonly skipped: number
  /** In the order of the report. */
  readonly failures: readonly string[]
}

const NAME_LETTERS_MAX = 300

/** Counts the test cases of a JUnit report. Returns undefined for text that is not such a report. */
export function parseJunit(text: string): TestReport | undefined {
  const counts = { total: 0, failed: 0, skipped: 0 }
  const failures: string[] = []
  let current: { name: string; verdict: 'passed' | 'failed' | 'skipped' } | undefined
  let isReport = false
  const parser = new SaxesParser()
  parser.on('error', (error) => {
    throw error
  })
  parser.on('doctype', () => {
    throw new Error('a test report has no document type')
  })
  parser.on('opentag', ({ name, attributes }) => {
    if (name === 'testsuites' || name === 'testsuite') isReport = true
    if (name === 'testcase') current = { name: nameOf(attributes), verdict: 'passed' }
    if (current === undefined) return
    if (name === 'failure' || name === 'error') current.verdict = 'failed'
    else if (name === 'skipped' && current.verdict === 'passed') current.verdict = 'skipped'
  })
  parser.on('closetag', ({ name }) => {
    if (name !== 'testcase' || current === undefined) return
    counts.total += 1
    if (current.verdict === 'failed') {
      counts.failed += 1
      failures.push(current.name)
    }
    if (current.verdict === 'skipped') counts.skipped += 1
    current = undefined
  })
  try {
    parser.write(text).close()
  } catch {
    return undefined
  }
  if (!isReport) return undefined
  return { ...counts, passed: counts.total - counts.failed - counts.skipped, failures }
}

function nameOf(attributes: Readonly<Record<string, string>>): string {
  const { classname, name } = {
    classname: attributes['classname'],
    name: attributes['name'] ?? '(no name)',
  }
  const whole = classname === undefined || classname === '' ? name : `${classname} › ${name}`
  return whole.slice(0, NAME_LETTERS_MAX)
}
