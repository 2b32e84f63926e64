// What a reducer answers: the next state with its effects, or a refusal. Never both, never an exception.

export type Transition<State, Effect, Refusal extends string> =
  | { readonly ok: true; readonly state: State; readonly effects: readonly Effect[] }
  | { readonly ok: false; readonly refusal: Refusal }

/** The event happened: the next state, and what has to follow from it. */
export function accept<State, Effect>(
  state: State,
  effects: readonly Effect[] = [],
): { readonly ok: true; readonly state: State; readonly effects: readonly Effect[] } {
  return { ok: true, state, effects }
}

/** The rules said no: nothing changes. */
export function refuse<Refusal extends string>(
  refusal: Refusal,
): { readonly ok: false; readonly refusal: Refusal } {
  return { ok: false, refusal }
}
