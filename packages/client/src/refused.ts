import { parseProblem, type Problem, type ProblemCode } from '@lockstep/contract'

/** The server said no. `code` is for programs, the message for people, `problem` has the fields that help. */
export class Refused extends Error {
  override readonly name = 'Refused'
  readonly code: ProblemCode
  readonly status: number
  readonly requestId: string
  readonly problem: Problem
  /** Seconds after which asking again makes sense. */
  readonly retryAfterS: number | undefined

  constructor(problem: Problem, retryAfterS?: number) {
    super(problem.detail)
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a newer server may have codes that this client does not know; comparing with a known one is still right
    this.code = problem.code as ProblemCode
    this.status = problem.status
    this.requestId = problem.requestId
    this.problem = problem
    this.retryAfterS = retryAfterS
  }
}

/** No answer came, or one that Lockstep does not give: a network, proxy or address is at fault. */
export class Unreachable extends Error {
  override readonly name = 'Unreachable'
}

/** The refusal in an answer that is not 2xx. Whatever is no problem document came from something in between. */
export async function refusalFrom(response: Response, url: string): Promise<Refused | Unreachable> {
  const text = await response.text()
  const problem = parseProblem(parseJson(text))
  if (problem !== undefined) return new Refused(problem, retryAfterOf(response))
  return new Unreachable(
    `${url} answered ${response.status} without saying why; it may not be a Lockstep server, or a proxy stands in between.`,
  )
}

export function retryAfterOf(response: Response): number | undefined {
  const text = response.headers.get('retry-after') ?? ''
  return /^\d{1,6}$/.test(text) ? Number(text) : undefined
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
