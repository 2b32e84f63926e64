// What a step does, in words: one line for its node, and its settings for the panel.

import type { StepDefinition } from '@lockstep/define/check'

/** The line below the name of a step. */
export function stepDetail(step: StepDefinition): string {
  switch (step.kind) {
    case 'artifact':
      return `into ${step.into}`
    case 'command':
      return step.argv.map(valueWords).join(' ')
    case 'script':
      return step.text.trim().split('\n')[0] ?? ''
    case 'component_step':
      return `${step.process} of ${step.component}`
    case 'wait_for':
      return `until ${step.check.name} holds`
    case 'wait':
      return step.for === undefined ? `until ${step.until ?? ''}` : `for ${valueWords(step.for)}`
  }
}

/** What kind of step it is. */
export const STEP_KINDS: Readonly<Record<StepDefinition['kind'], string>> = {
  artifact: 'fetches the artifact',
  command: 'runs a command',
  script: 'runs a script',
  component_step: 'runs a process of a component',
  wait_for: 'waits for a check',
  wait: 'waits',
}

/** The settings of a step as names and words; what is not written anywhere is left out. */
export function stepSettings(step: StepDefinition): readonly (readonly [string, string])[] {
  const settings: (readonly [string, string])[] = []
  if ('runOn' in step) settings.push(['Runs on', runOnWords(step.runOn)])
  if ('when' in step && step.when !== undefined) settings.push(['Only when', step.when.cel])
  if ('timeout' in step) settings.push(['Limit', valueWords(step.timeout)])
  if ('noOutput' in step && step.noOutput !== undefined) {
    settings.push(['Stopped when silent for', valueWords(step.noOutput)])
  }
  if ('onError' in step) settings.push(['If it fails', onErrorWords(step.onError)])
  if ('onLost' in step) {
    settings.push(['If the agent is lost', step.onLost === 'retry' ? 'try again' : 'ask a person'])
  }
  if ('always' in step && step.always) settings.push(['Runs', 'also after a failure or an abort'])
  return settings
}

function runOnWords(runOn: 'every' | 'one' | { readonly atOnce: number }): string {
  if (runOn === 'every') return 'every resource'
  return runOn === 'one' ? 'one resource' : `every resource, ${runOn.atOnce} at once`
}

function onErrorWords(
  onError: 'stop' | 'continue' | 'ask' | { readonly retry: number; readonly every: string },
): string {
  switch (onError) {
    case 'stop':
      return 'the process stops'
    case 'continue':
      return 'the process goes on'
    case 'ask':
      return 'a person is asked'
    default:
      return `try again ${onError.retry} times, ${onError.every} apart`
  }
}

/** A value, or the name of the parameter or secret that it comes from. */
function valueWords(value: unknown): string {
  if (typeof value === 'string' || typeof value === 'number') return String(value)
  if (typeof value === 'object' && value !== null) {
    const [[name, inner] = ['', '']] = Object.entries(value)
    return `{${name}: ${typeof inner === 'string' ? inner : '…'}}`
  }
  return String(value)
}
