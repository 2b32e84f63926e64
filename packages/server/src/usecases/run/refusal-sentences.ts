// Refusals of reducers as sentences for people: the thing, the rule and the way out.

const SENTENCES: Readonly<Record<string, (thing: string) => string>> = {
  already_finished: (thing) =>
    `${thing} has ended, and what has ended does not change. Start a new run.`,
  not_found: (thing) => `${thing} has not begun.`,
  not_failed: (thing) =>
    `Nothing has failed there: only what failed is tried again or skipped (${thing}).`,
  not_waiting_for_this: (thing) => `${thing} does not wait for this.`,
  reason_missing: () => 'A reason is needed, it is kept as evidence. Add -m "…"',
  already_paused: (thing) => `${thing} is paused already. Go on with: lockstep run resume`,
  not_paused: (thing) => `${thing} is not paused.`,
  run_is_aborting: (thing) => `${thing} is being aborted.`,
  run_is_restarting: (thing) => `${thing} is about to restart: wait until its stage has stopped.`,
  not_earlier: (thing) =>
    `${thing} has not reached that stage yet, so it cannot restart from there.`,
  no_such_task: (thing) => `There is no such task in ${thing}.`,
  gate_not_rejected: (thing) =>
    `The gate was not rejected: only a rejected gate is judged again (${thing}).`,
  release_is_running: (thing) => `${thing} runs already. Watch it, or abort its run first.`,
  release_is_over: (thing) =>
    `${thing} is over, and a release is delivered once. Apply the definition of a new release, or take this one back: lockstep release rollback ${thing}`,
  not_all_collected: (thing) =>
    `${thing} has not collected all its applications yet. See: lockstep release collect`,
  set_changed: (thing) =>
    `What ${thing} collects has changed since this plan was made. Make a new plan.`,
  key_reused: () =>
    'This Idempotency-Key was used for a request with another body. Each new request has a key of its own.',
  busy: () => 'The server has too much to do. Try again in a second.',
  stale_fence: () => 'Somebody was faster: this job is not open any more.',
  not_unknown: () => 'What became of this step is known already.',
}

/** What a refusal means for a person. */
export function sentenceOf(refusal: string, thing: string): string {
  const sentence = SENTENCES[refusal]?.(thing)
  const text = sentence ?? `${thing}: ${refusal.replaceAll('_', ' ')}.`
  return text.charAt(0).toUpperCase() + text.slice(1)
}
