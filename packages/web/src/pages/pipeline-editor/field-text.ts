// Values of fields as people write them in a form, and back.

import type { FieldForm } from '../../components/pipeline/part-fields.ts'
import { isFields, textAt, type Json } from '../../components/pipeline/pipeline-parts.ts'

/** What a text means in a field; `undefined` takes the field away. */
export type Read =
  | { readonly ok: true; readonly value: Json | undefined }
  | { readonly ok: false; readonly why: string }

/** A parameter stands for a value: `$soak`. */
const PARAMETER = /^\$([a-zA-Z][a-zA-Z0-9_]*)$/

export function fieldText(form: FieldForm, value: Json | undefined): string {
  if (value === undefined || value === null) return ''
  if (typeof form === 'object') return plainText(value)
  switch (form) {
    case 'condition':
      return textAt(value, 'cel')
    case 'application':
    case 'pipeline':
    case 'environment':
      return textAt(value, 'project') === ''
        ? textAt(value, 'name')
        : `${textAt(value, 'project')}/${textAt(value, 'name')}`
    case 'approvers':
    case 'groups':
      return lines(value, (one) =>
        textAt(one, 'user') === '' ? textAt(one, 'group') : `user:${textAt(one, 'user')}`,
      )
    case 'arguments':
    case 'lines':
      return lines(value, plainText)
    case 'pairs':
      return isFields(value)
        ? Object.entries(value)
            .map(([name, one]) => `${name}=${plainText(one)}`)
            .join('\n')
        : ''
    case 'json':
      return JSON.stringify(value)
    case 'line':
    case 'text':
    case 'duration':
    case 'number':
    case 'flag':
      return isFields(value) && typeof value['parameter'] === 'string'
        ? `$${value['parameter']}`
        : plainText(value)
  }
}

function lines(value: Json, one: (entry: Json) => string): string {
  return Array.isArray(value) ? value.map(one).join('\n') : ''
}

/** A line of a list; what is no text stands there as JSON. */
function plainText(value: Json): string {
  return typeof value === 'string' ? value : JSON.stringify(value)
}

export function readField(form: FieldForm, text: string): Read {
  const line = text.trim()
  if (typeof form === 'object') return has(line === '' ? undefined : line)
  const entries = text.split('\n').filter((one) => one.trim() !== '')
  if (form === 'arguments' || form === 'lines') return has(readLines(entries))
  if (line === '') return has(form === 'approvers' || form === 'groups' ? [] : undefined)
  switch (form) {
    case 'condition':
      return has({ cel: line })
    case 'application':
    case 'pipeline':
    case 'environment': {
      const [first = '', second] = line.split('/')
      return has(second === undefined ? { name: first } : { project: first, name: second })
    }
    case 'approvers':
    case 'groups':
      return has(
        entries.map((entry): Json => {
          const name = entry.trim()
          return name.startsWith('user:') ? { user: name.slice(5).trim() } : { group: name }
        }),
      )
    case 'pairs':
      return readPairs(entries)
    case 'json':
      return readJson(line)
    case 'number':
      return Number.isFinite(Number(line))
        ? has(Number(line))
        : { ok: false, why: 'This is not a number.' }
    case 'duration': {
      const parameter = PARAMETER.exec(line)?.[1]
      return has(parameter === undefined ? line : { parameter })
    }
    case 'flag':
      return has(line === 'true')
    case 'text':
      return has(text)
    case 'line':
      return has(line)
  }
}

function has(value: Json | undefined): Read {
  return { ok: true, value }
}

/** A line that is a JSON object stands for it: `{"parameter":"soak"}`. */
function readLines(entries: readonly string[]): readonly Json[] {
  return entries.map((entry): Json => {
    if (!entry.startsWith('{"')) return entry
    const read = readJson(entry)
    return read.ok && isFields(read.value) ? read.value : entry
  })
}

function readPairs(entries: readonly string[]): Read {
  const wrong = entries.find((entry) => !entry.includes('='))
  if (wrong !== undefined) return { ok: false, why: `“${wrong}” has no “=”.` }
  return has(
    Object.fromEntries(
      entries.map((entry): [string, Json] => {
        const at = entry.indexOf('=')
        const [value = ''] = readLines([entry.slice(at + 1)])
        return [entry.slice(0, at).trim(), value]
      }),
    ),
  )
}

function readJson(text: string): Read {
  try {
    const value: Json = JSON.parse(text)
    return has(value)
  } catch {
    return { ok: false, why: 'This is not JSON.' }
  }
}
