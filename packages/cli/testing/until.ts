const STEP_MS = 50
const DEADLINE_MS = 120_000

/** The first answer that is not undefined; fails loudly when it does not come. */
export async function until<Answer>(
  what: string,
  ask: () => Promise<Answer | undefined> | Answer | undefined,
): Promise<Answer> {
  const deadline = Date.now() + DEADLINE_MS
  for (;;) {
    const answer = await ask()
    if (answer !== undefined) return answer
    if (Date.now() > deadline) throw new Error(`It did not happen: ${what}`)
    await new Promise((resolve) => {
      setTimeout(resolve, STEP_MS)
    })
  }
}
