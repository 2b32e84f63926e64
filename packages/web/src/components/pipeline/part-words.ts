// What a part of a pipeline says about itself: its title, one line of detail, and its settings.

import { fieldsFor, KIND_WORDS, type FieldForm, type PartField } from './part-fields.ts'
import { isFields, listAt, textAt, type Fields, type Json, type Part } from './pipeline-parts.ts'

/** `connected-car/mobile-app`, or the name alone. */
export function referenceWords(value: Json | undefined): string {
  const project = textAt(value, 'project')
  const name = textAt(value, 'name')
  return project === '' ? name : `${project}/${name}`
}

/** People and groups: `qa`, `user:qa-lead`. */
function approverWords(value: Json): string {
  const user = textAt(value, 'user')
  return user === '' ? textAt(value, 'group') : `user:${user}`
}

export function titleOfPart(part: Pick<Part, 'is' | 'way'>, value: Json | undefined): string {
  const name = textAt(value, 'name')
  const kind = textAt(value, 'kind')
  switch (part.is) {
    case 'gate':
      return part.way.at(-1) === 'entry' ? 'Entry gate' : 'Exit gate'
    case 'stage':
      return textAt(value, 'title') || titled(name) || 'Stage'
    case 'trigger':
      return KIND_WORDS[kind] ?? kind
    case 'parameter':
      return textAt(value, 'title') || name || 'Parameter'
    case 'group':
    case 'task':
    case 'rule':
      return name || unnamed(kind, value)
  }
}

function titled(name: string): string {
  return name === '' ? '' : `${name.slice(0, 1).toUpperCase()}${name.slice(1).replaceAll('-', ' ')}`
}

/** As definitions name what has no name of its own. */
function unnamed(kind: string, value: Json | undefined): string {
  const application = isFields(value) ? referenceWords(value['application']) : ''
  const words = KIND_WORDS[kind] ?? (kind || 'Nothing yet')
  return application === '' ? words : `${words} ${application}`
}

/** One line below the title. */
export function detailOfPart(part: Pick<Part, 'is' | 'way'>, value: Json | undefined): string {
  const kind = textAt(value, 'kind')
  const fields: Fields = isFields(value) ? value : {}
  switch (part.is) {
    case 'gate':
      return gateWords(Array.isArray(value) ? value : [])
    case 'stage':
      return fields['environment'] === undefined
        ? 'the release says where'
        : referenceWords(fields['environment'])
    case 'trigger':
      return triggerWords(kind, fields)
    case 'parameter':
      return `${KIND_WORDS[kind] ?? kind}, ${fields['default'] === undefined ? 'no default' : valueWords(fields['default'])}`
    case 'group':
      return KIND_WORDS[kind]?.toLowerCase() ?? ''
    case 'task':
      return taskWords(kind, fields)
    case 'rule':
      return ruleWords(kind, fields)
  }
}

function gateWords(rules: readonly Json[]): string {
  const flat = rules.flatMap(function open(rule): readonly Json[] {
    return textAt(rule, 'kind') === 'side_by_side' ? listAt(rule, 'rules').flatMap(open) : [rule]
  })
  const approvals = flat.filter((rule) => textAt(rule, 'kind') === 'approval').length
  const checks = flat.length - approvals
  const words = [
    ...(checks === 0 ? [] : [`${checks} ${checks === 1 ? 'check' : 'checks'}`]),
    ...(approvals === 0 ? [] : [`${approvals} ${approvals === 1 ? 'approval' : 'approvals'}`]),
  ]
  return words.length === 0 ? 'no rules: it passes' : words.join(' · ')
}

function triggerWords(kind: string, fields: Fields): string {
  switch (kind) {
    case 'commit':
      return `${textAt(fields, 'branch')} of ${textAt(fields, 'repository')}`
    case 'tag':
      return `${textAt(fields, 'pattern')} of ${textAt(fields, 'repository')}`
    case 'schedule':
      return `${textAt(fields, 'cron')} ${textAt(fields, 'zone')}`
    case 'new_artifact':
      return textAt(fields, 'component')
    case 'after':
      return referenceWords(fields['pipeline'])
    default:
      return ''
  }
}

function taskWords(kind: string, fields: Fields): string {
  const words = KIND_WORDS[kind]?.toLowerCase() ?? kind
  const more: Readonly<Record<string, () => string>> = {
    build: () => argumentWords(fields['run']),
    test: () => argumentWords(fields['run']),
    command: () => argumentWords(fields['argv']),
    manual: () => listAt(fields, 'by').map(approverWords).join(', '),
    run_pipeline: () => referenceWords(fields['pipeline']),
    run_process: () => textAt(fields, 'process'),
    wait: () => valueWords(fields['for'] ?? fields['until'] ?? null),
    wait_for: () => textAt(fields['check'], 'name'),
  }
  const detail = more[kind]?.() ?? referenceWords(fields['application'])
  return detail === '' ? words : `${words} · ${detail}`
}

function ruleWords(kind: string, fields: Fields): string {
  switch (kind) {
    case 'approval': {
      const each = listAt(fields, 'oneFromEach').map(approverWords)
      if (each.length > 0) return `one from each of ${each.join(', ')}`
      const need = fields['need']
      return `${typeof need === 'number' ? need : 1} of ${listAt(fields, 'by').map(approverWords).join(', ') || 'nobody yet'}`
    }
    case 'metric': {
      const limit =
        fields['below'] === undefined
          ? `above ${valueWords(fields['above'] ?? null)}`
          : `below ${valueWords(fields['below'])}`
      return fields['for'] === undefined ? limit : `${limit} for ${valueWords(fields['for'])}`
    }
    case 'that':
      return textAt(fields['condition'], 'cel')
    case 'in_window':
      return textAt(fields, 'window')
    case 'http':
      return textAt(fields, 'url')
    case 'passed':
      return referenceWords(fields['pipeline'])
    case 'fleet_verified':
      return `${valueWords(fields['share'] ?? null)} of ${referenceWords(fields['application'])}`
    case 'tests':
      return [
        ...(fields['passRate'] === undefined ? [] : [`${valueWords(fields['passRate'])} passed`]),
        ...(fields['noNewFailures'] === true ? ['no new failures'] : []),
      ].join(', ')
    default:
      return ''
  }
}

function argumentWords(value: Json | undefined): string {
  return Array.isArray(value) ? value.map(valueWords).join(' ') : ''
}

/** A value in a line; a parameter by its name. */
export function valueWords(value: Json): string {
  if (typeof value === 'string') return value
  if (isFields(value) && typeof value['parameter'] === 'string')
    return `parameter ${value['parameter']}`
  return value === null ? '' : JSON.stringify(value)
}

export interface Setting {
  readonly field: PartField
  readonly words: string
}

/** The settings that a part has, as words; what is not there, and what is off, is left out. */
export function settingsOf(part: Pick<Part, 'is'>, value: Json | undefined): readonly Setting[] {
  if (!isFields(value)) return []
  return fieldsFor(part.is, textAt(value, 'kind')).flatMap((field) => {
    const set = value[field.key]
    if (field.key === 'name' || set === undefined || set === false) return []
    const words = settingWords(field.form, set)
    return words === '' ? [] : [{ field, words }]
  })
}

function settingWords(form: FieldForm, value: Json): string {
  if (typeof form === 'object') return valueWords(value)
  switch (form) {
    case 'application':
    case 'pipeline':
    case 'environment':
      return referenceWords(value)
    case 'approvers':
    case 'groups':
      return Array.isArray(value) ? value.map(approverWords).join(', ') : ''
    case 'arguments':
      return argumentWords(value)
    case 'lines':
      return Array.isArray(value) ? value.map(valueWords).join(', ') : ''
    case 'condition':
      return textAt(value, 'cel')
    case 'flag':
      return 'yes'
    case 'pairs':
      return isFields(value)
        ? Object.entries(value)
            .map(([name, one]) => `${name}=${valueWords(one)}`)
            .join('\n')
        : ''
    case 'line':
    case 'text':
    case 'duration':
    case 'number':
    case 'json':
      return valueWords(value)
  }
}
