/** The values in a text of server-sent events, and what is left of an event that has not ended. */
export function splitEvents(text) {
  const blocks = text.split('\n\n')
  const rest = blocks.pop()
  const values = blocks
    .flatMap((block) => block.split('\n').filter((line) => line.startsWith('data: ')))
    .map((line) => JSON.parse(line.slice('data: '.length)))
  return { values, rest }
}

/**
 * Follows a stream of server-sent events until it is stopped, and connects again when it breaks:
 * `onConnect` each time it is there, `onValue` for each value. Gives the function that stops it.
 */
export function followEvents(
  url,
  { onConnect = () => {}, onValue, onBreak = () => {}, againMs = 1000 },
) {
  const stop = new AbortController()
  async function followOnce() {
    const answer = await fetch(url, { signal: stop.signal })
    if (!answer.ok) throw new Error(`${url} answered ${answer.status}`)
    await onConnect()
    let text = ''
    for await (const chunk of answer.body.pipeThrough(new TextDecoderStream())) {
      const { values, rest } = splitEvents(text + chunk)
      text = rest
      for (const value of values) onValue(value)
    }
  }
  async function followAgain() {
    while (!stop.signal.aborted) {
      await followOnce().catch(() => {})
      if (stop.signal.aborted) return
      onBreak()
      await new Promise((wake) => setTimeout(wake, againMs))
    }
  }
  void followAgain()
  return () => stop.abort()
}
