// The steps of processes.

import { placed } from './place.ts'
import {
  present,
  typed,
  type AtLeastOne,
  type Branded,
  type Cel,
  type Duration,
  type Secret,
  type Value,
} from './value.ts'

/** What every step may say. */
export interface Common<Needs extends string = string> {
  /** The steps that must be done before, by name. Not written: the step before it. Empty: starts at once. */
  needs?: readonly Needs[]
  when?: Cel
  /** 1 h when it is not written. */
  timeout?: Duration
  /** The step is stopped when its command has printed nothing for this long. */
  noOutput?: Duration
  /** Runs also when the process fails or is aborted. */
  always?: boolean
  onError?: 'stop' | 'continue' | 'ask' | { retry: number; every: Duration }
  /** What happens when the agent is lost. `retry` says that the step may be repeated. */
  onLost?: 'ask' | 'retry'
  runOn?: 'every' | 'one' | { atOnce: number }
}

/** Variables of a command. */
export type Env = Readonly<Record<string, Value<string | number | boolean> | Secret>>

/** One step: its name, the names it needs, and the component it belongs to. */
export interface Step<
  N extends string = string,
  Needs extends string = string,
  C extends string = string,
> extends Partial<Branded<'step'>> {
  readonly name: N
  readonly needs?: readonly Needs[]
  readonly on?: C
}
/** One task of a stage, or a group of them. */
export interface Task extends Partial<Branded<'task'>> {
  readonly task?: true
  readonly name: string
}

/** Steps of a component's own process. */
export type Steps = readonly Step<string, string, never>[]
/** The processes of a component on hosts. */
export interface HostProcesses {
  readonly deploy: Steps
  readonly [process: string]: Steps
}

/** The names of the steps of a list. */
// oxlint-disable-next-line typescript/no-explicit-any -- any step, whatever it needs
export type NamesOf<L> = L extends readonly Step<infer N, any, any>[] ? N : never

/** Processes in which every step needs only steps of its own list. */
export type NeedsExist<P> = {
  readonly [K in keyof P]: number extends (P[K] & Steps)['length']
    ? P[K]
    : {
        readonly [I in keyof P[K]]: P[K][I] extends Step<infer N, infer Needs, infer C>
          ? string extends Needs
            ? P[K][I]
            : [Needs] extends [NamesOf<P[K]>]
              ? P[K][I]
              : Step<N, NamesOf<P[K]>, C> & P[K][I]
          : P[K][I]
      }
}

/** Fetch the component's artifact, verify it, and put it in place. */
export function artifact<const N extends string, const Needs extends string = never>(
  name: N,
  settings: Common<Needs> & { into: string },
): Step<N, Needs, never> {
  return typed(placed(present({ kind: 'artifact', name, ...settings }), artifact))
}

/** Run a command, as an argument list. Also a task of a stage, there with the agent and the source it works with. */
export function command<const N extends string, const Needs extends string = never>(
  name: N,
  argv: AtLeastOne<Value<string>>,
  settings?: Common<Needs> & { env?: Env; agent?: string; source?: { repository: string } },
): Step<N, Needs, never> & Task {
  return typed(placed(present({ kind: 'command', name, argv, ...settings }), command))
}

/** Run a script. Its text is fixed; parameters reach it through `env` or standard input. */
export function script<const N extends string, const Needs extends string = never>(
  name: N,
  text: string,
  settings?: Common<Needs> & { env?: Env },
): Step<N, Needs, never> {
  return typed(placed(present({ kind: 'script', name, text, ...settings }), script))
}

/** Run a process of a component, wherever the tier map puts it. For processes of an application. */
export function componentStep<const C extends string, const Needs extends string = never>(
  component: C,
  process?: string,
  settings?: Common<Needs>,
): Step<C, Needs, C> {
  return typed(
    placed(present({ kind: 'component_step', component, process, ...settings }), componentStep),
  )
}
