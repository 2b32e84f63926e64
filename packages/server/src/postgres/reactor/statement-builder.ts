// The text and the parameters of a flush, as its parts are added.

import type { Instant } from '@lockstep/domain'

/** What is compared before anything is written; each answers the numbers of those that were not as expected. */
const CHECK_LISTS = ['aggregates', 'jobs', 'inbox', 'guards', 'keys'] as const
type CheckList = (typeof CHECK_LISTS)[number]

/** Between the values of a list of texts. JSON never contains it unescaped; what could, is checked. */
const SEPARATOR = '\x1e'

/** Collects the parts of the statement. Which parts there are is its name: each combination is prepared once per connection. */
export class StatementBuilder {
  readonly #parts: string[] = []
  readonly #locks: string[] = []
  readonly #writes: string[] = []
  readonly #failures = new Map<CheckList, string>()
  readonly #values: unknown[] = []
  readonly at: string
  lane = 'true'

  constructor(at: Instant) {
    this.at = `to_timestamp(${this.value(at, 'float8')} / 1000)`
  }

  /** A parameter of this type. */
  value(value: unknown, type: string): string {
    this.#values.push(value)
    return `$${this.#values.length}::${type}`
  }

  numbers(values: readonly (number | bigint)[], type: 'int' | 'bigint' | 'smallint'): string {
    return this.value(`{${values.join(',')}}`, `${type}[]`)
  }

  uuids(values: readonly (string | undefined)[]): string {
    return this.value(`{${values.map((uuid) => uuid ?? 'NULL').join(',')}}`, 'uuid[]')
  }

  booleans(values: readonly (boolean | undefined)[]): string {
    return this.value(`{${values.map((flag) => flag ?? 'NULL').join(',')}}`, 'bool[]')
  }

  /** Milliseconds, as moments. */
  moments(values: readonly (Instant | undefined)[]): string {
    return this.value(`{${values.map((moment) => moment ?? 'NULL').join(',')}}`, 'float8[]')
  }

  /** Texts; an absent or empty one is NULL. */
  texts(values: readonly (string | undefined)[]): string {
    for (const value of values) {
      if (value?.includes(SEPARATOR) === true)
        throw new Error('a text contains the separator of lists')
    }
    return this.json(values)
  }

  /** JSON texts, which cannot contain the separator. */
  json(values: readonly (string | undefined)[]): string {
    const list = this.value(values.map((value) => value ?? '').join(SEPARATOR), 'text')
    return `string_to_array(${list}, E'\\x1e', '')`
  }

  /** One letter for a part that changes the text: PostgreSQL keeps 63 letters of a statement's name. */
  part(letter: string): void {
    this.#parts.push(letter)
  }

  /** A step that locks and looks. */
  lock(sql: string): void {
    this.#locks.push(sql)
  }

  /** A list of the numbers of those checks that failed, NULL when none did. */
  fails(list: CheckList, sql: string): void {
    this.#failures.set(list, sql)
  }

  /** A step that writes; it must ask for `(SELECT ok FROM verdict)`. */
  write(sql: string): void {
    this.#writes.push(sql)
  }

  finish(): { readonly name: string; readonly text: string; readonly values: readonly unknown[] } {
    const failures = CHECK_LISTS.map(
      (list) => `${this.#failures.get(list) ?? 'NULL::int[]'} AS ${list}`,
    )
    const text = `WITH ${[
      ...this.#locks,
      `looked AS MATERIALIZED (SELECT ${this.lane} AS lane, ${failures.join(', ')})`,
      `verdict AS MATERIALIZED (SELECT *, lane AND ${CHECK_LISTS.map((list) => `${list} IS NULL`).join(' AND ')} AS ok FROM looked)`,
      ...this.#writes,
    ].join(',\n')}
    SELECT *, (extract(epoch FROM clock_timestamp()) * 1000)::float8 AS now FROM verdict`
    return { name: `flush:${this.#parts.join('')}`, text, values: this.#values }
  }
}
