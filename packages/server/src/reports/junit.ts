// Test reports as nearly every tool writes them: read as they come, without trusting what they say of themselves.

import { SaxesParser } from 'saxes'

export type TestStatus = 'passed' | 'failed' | 'skipped'

/** One test as it went in the end: the same test again in one report is another try of it. */
export interface TestCase {
  /** Names of the suites around it, outermost first. */
  readonly suite: string
  readonly className: string
  readonly name: string
  readonly status: TestStatus
  /** It failed and passed in this report. */
  readonly isFlaky: boolean
  readonly timeMs: number | null
  /** Why it failed; null when it did not or nothing was said. */
  readonly message: string | null
}

export interface TestReport {
  readonly cases: readonly TestCase[]
}

/** A larger report, or one with more tests or suites inside one another, is none that can be read. */
export const REPORT_LIMITS = { bytes: 50 * 1024 * 1024, depth: 50, cases: 50_000 } as const
const NAME_LETTERS_MAX = 300
const MESSAGE_LETTERS_MAX = 500

/** Reads a report; undefined when the bytes are not a whole report or exceed its limits. Nothing in it is looked up elsewhere. */
export async function parseJunit(
  bytes: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  limits: { readonly [Limit in keyof typeof REPORT_LIMITS]: number } = REPORT_LIMITS,
): Promise<TestReport | undefined> {
  const reader = new ReportReader(limits)
  try {
    const decoder = new TextDecoder()
    let size = 0
    for await (const chunk of bytes) {
      size += chunk.byteLength
      if (size > limits.bytes) return undefined
      reader.write(decoder.decode(chunk, { stream: true }))
    }
    return reader.end(decoder.decode())
  } catch (error) {
    if (error instanceof NoReport) return undefined
    throw error
  }
}

/** The name by which people know a test. */
export function testName({ suite, className, name }: TestCase): string {
  const group = className === '' ? suite : className
  return (group === '' ? name : `${group} › ${name}`).slice(0, NAME_LETTERS_MAX)
}

class NoReport extends Error {}

interface OpenCase {
  readonly suite: string
  readonly className: string
  readonly name: string
  readonly timeMs: number | null
  status: TestStatus
  isFlaky: boolean
  message: string | null
}

type Attributes = Readonly<Record<string, string>>
type Limits = { readonly [Limit in keyof typeof REPORT_LIMITS]: number }

class ReportReader {
  readonly #limits: Limits
  readonly #parser = new SaxesParser()
  readonly #suites: string[] = []
  readonly #cases = new Map<string, TestCase>()
  #open: OpenCase | undefined
  #depth = 0
  #isReport = false
  #held = ''

  constructor(limits: Limits) {
    this.#limits = limits
    this.#parser.on('error', (cause) => {
      throw new NoReport('not well formed', { cause })
    })
    this.#parser.on('doctype', () => {
      throw new NoReport('a test report has no document type')
    })
    this.#parser.on('opentag', ({ name, attributes }) => this.#openTag(name, attributes))
    this.#parser.on('closetag', ({ name }) => this.#closeTag(name))
  }

  /** A reference that is cut in two by the end of a part is held back until the rest of it is there. */
  write(text: string): void {
    const all = this.#held + text
    const cut = all.lastIndexOf('&')
    const isCut = cut !== -1 && all.length - cut < REFERENCE_LETTERS_MAX && !all.includes(';', cut)
    this.#held = isCut ? all.slice(cut) : ''
    this.#parser.write(readable(isCut ? all.slice(0, cut) : all))
  }

  end(text: string): TestReport {
    this.#parser.write(readable(this.#held + text))
    this.#parser.close()
    if (!this.#isReport) throw new NoReport('no suite in it')
    return { cases: [...this.#cases.values()] }
  }

  #openTag(name: string, attributes: Attributes): void {
    this.#depth += 1
    if (this.#depth > this.#limits.depth) throw new NoReport('too deep')
    if (this.#depth === 1) this.#isReport = name === 'testsuites' || name === 'testsuite'
    if (!this.#isReport) throw new NoReport('not a test report')
    if (name === 'testsuite') this.#suites.push(attributes['name'] ?? '')
    else if (name === 'testcase') this.#open = this.#openCase(attributes)
    else this.#judge(name, attributes)
  }

  #openCase(attributes: Attributes): OpenCase {
    return {
      suite: this.#suites.filter(Boolean).join(' › ').slice(0, NAME_LETTERS_MAX),
      className: (attributes['classname'] ?? '').slice(0, NAME_LETTERS_MAX),
      name: (attributes['name'] ?? '(no name)').slice(0, NAME_LETTERS_MAX),
      timeMs: parseTime(attributes['time']),
      status: wasRun(attributes) ? 'passed' : 'skipped',
      isFlaky: false,
      message: null,
    }
  }

  #judge(name: string, attributes: Attributes): void {
    const isFailure = name === 'failure' || name === 'error'
    if (this.#open === undefined) {
      // Beside its cases a suite can fail as a whole: it could not be set up, or did not compile.
      if (isFailure && this.#suites.length > 0) this.#keep(this.#suiteFailure(attributes))
      return
    }
    if (isFailure) {
      this.#open.status = 'failed'
      this.#open.message ??= messageOf(attributes)
    } else if (name === 'skipped' && this.#open.status === 'passed') {
      this.#open.status = 'skipped'
    } else if (name === 'flakyFailure' || name === 'flakyError') {
      this.#open.isFlaky = true
    }
  }

  #suiteFailure(attributes: Attributes): OpenCase {
    const open = this.#openCase({ name: '(the suite itself)' })
    return { ...open, status: 'failed', message: messageOf(attributes) }
  }

  #closeTag(name: string): void {
    this.#depth -= 1
    if (name === 'testsuite') this.#suites.pop()
    if (name !== 'testcase' || this.#open === undefined) return
    this.#keep(this.#open)
    this.#open = undefined
  }

  #keep(test: OpenCase): void {
    const key = JSON.stringify([test.suite, test.className, test.name])
    const before = this.#cases.get(key)
    if (before === undefined && this.#cases.size >= this.#limits.cases) {
      throw new NoReport('too many tests')
    }
    this.#cases.set(key, before === undefined ? test : retried(before, test))
  }
}

/** The last try that ran counts. */
function retried(before: TestCase, now: TestCase): TestCase {
  if (now.status === 'skipped') return before
  const differs = before.status !== 'skipped' && before.status !== now.status
  return { ...now, isFlaky: before.isFlaky || now.isFlaky || differs }
}

/** GoogleTest and others write down tests that were not run without saying `skipped`. */
function wasRun({ status = '', result = '' }: { status?: string; result?: string }): boolean {
  const notRun = ['notrun', 'skipped', 'disabled', 'suppressed', 'ignored']
  return !notRun.includes(status.toLowerCase()) && !notRun.includes(result.toLowerCase())
}

function messageOf(attributes: Attributes): string | null {
  const message = attributes['message'] ?? attributes['type'] ?? ''
  return message === '' ? null : message.slice(0, MESSAGE_LETTERS_MAX)
}

/** Seconds (`1.5`, `1,234.5`, `0,25`) or a duration (`PT1M1.5S`), in milliseconds. */
function parseTime(text: string | undefined): number | null {
  if (text === undefined) return null
  const [, hours, minutes, seconds] =
    /^PT(?=\d)(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?$/.exec(text) ?? []
  if (hours !== undefined || minutes !== undefined || seconds !== undefined) {
    const sum = Number(hours ?? 0) * 3_600 + Number(minutes ?? 0) * 60 + Number(seconds ?? 0)
    return toMs(sum)
  }
  const plain = text.includes('.') ? text.replaceAll(',', '') : text.replace(',', '.')
  return /^\d{1,9}(?:\.\d+)?(?:[eE]-\d{1,2})?$/.test(plain) ? toMs(Number(plain)) : null
}

/** No test takes longer than 24 days; what says so is wrong. */
function toMs(seconds: number): number | null {
  const ms = Math.round(seconds * 1_000)
  return ms < 2 ** 31 ? ms : null
}

const REFERENCE_LETTERS_MAX = 12

/** Tools write what programs print, colours and all; what XML does not allow is shown as unreadable. */
function readable(text: string): string {
  // oxlint-disable-next-line no-control-regex -- these are what is meant
  const raw = text.replaceAll(/[\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]/g, '\ufffd')
  return raw.replaceAll(
    /&#(?:x0*(?:[0-8bcef]|1[0-9a-f])|0*(?:[0-8]|1[124-9]|2\d|3[01]));/gi,
    '\ufffd',
  )
}
