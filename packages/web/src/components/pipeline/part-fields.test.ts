import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { DEFINITION_SCHEMAS } from '@lockstep/define/check'
import * as z from 'zod/mini'
import {
  KIND_WORDS,
  PARAMETER_FIELDS,
  RULE_FIELDS,
  STAGE_FIELDS,
  TASK_FIELDS,
  TRIGGER_FIELDS,
} from './part-fields.ts'

interface Schema {
  readonly properties?: Readonly<Record<string, Schema>>
  readonly const?: string
  readonly enum?: readonly string[]
  readonly anyOf?: readonly Schema[]
  readonly oneOf?: readonly Schema[]
  readonly items?: Schema
  readonly $ref?: string
  readonly $defs?: Readonly<Record<string, Schema>>
}

const whole = z.toJSONSchema(DEFINITION_SCHEMAS.pipeline, {
  io: 'input',
  unrepresentable: 'any',
  reused: 'inline',
  cycles: 'ref',
}) as unknown as Schema

const resolve = (schema: Schema | undefined): Schema => {
  const ref = schema?.$ref
  if (ref === undefined) return schema ?? {}
  const name = ref.replace('#/$defs/', '')
  return ref === '#' ? whole : (whole.$defs?.[name] ?? {})
}
/** The fields of each kind that a list takes. */
const kindsIn = (list: Schema | undefined): ReadonlyMap<string, readonly string[]> => {
  const item = resolve(resolve(list).items)
  const found = new Map<string, readonly string[]>()
  for (const one of (item.oneOf ?? item.anyOf ?? [item]).map(resolve)) {
    const { kind, ...fields } = one.properties ?? {}
    for (const name of kind?.enum ?? (kind?.const === undefined ? [] : [kind.const])) {
      found.set(name, Object.keys(fields))
    }
  }
  return found
}
const keysOf = (
  table: Readonly<Record<string, readonly { readonly key: string }[]>>,
): ReadonlyMap<string, readonly string[]> =>
  new Map(Object.entries(table).map(([kind, fields]) => [kind, fields.map(({ key }) => key)]))

const stage = resolve(resolve(whole.properties?.['stages']).items)

suite('the fields of parts are those that definitions have', () => {
  const lists = [
    ['tasks', kindsIn(stage.properties?.['tasks']), keysOf(TASK_FIELDS), ['tasks']],
    ['rules', kindsIn(stage.properties?.['exit']), keysOf(RULE_FIELDS), ['rules']],
    ['triggers', kindsIn(whole.properties?.['on']), keysOf(TRIGGER_FIELDS), []],
    ['parameters', kindsIn(whole.properties?.['parameters']), keysOf(PARAMETER_FIELDS), []],
  ] as const
  for (const [name, known, ours, nested] of lists) {
    test(`of ${name}`, () => {
      assert.ok(known.size > 2, `${known.size} kinds`)
      assert.deepEqual([...ours.keys()].toSorted(), [...known.keys()].toSorted())
      for (const [kind, fields] of ours) {
        const there = (known.get(kind) ?? []).filter((key) => !nested.includes(key as never))
        assert.deepEqual(
          fields.filter((key) => !there.includes(key)),
          [],
          `${kind} has no such field`,
        )
      }
    })
  }

  test('of stages', () => {
    const there = Object.keys(stage.properties ?? {})
    assert.deepEqual(
      STAGE_FIELDS.filter(({ key }) => !there.includes(key)),
      [],
    )
  })

  test('and every kind has words', () => {
    const kinds = lists.flatMap(([, known]) => [...known.keys()])
    assert.deepEqual(
      kinds.filter((kind) => KIND_WORDS[kind] === undefined),
      [],
    )
  })
})
