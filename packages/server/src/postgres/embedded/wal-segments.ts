// The names of the write-ahead log files that a backup needs.

/** A position in the log, as PostgreSQL writes it: `16/B374D848`. */
type LogPosition = string

const POSITIONS_PER_LOG_ID = 0x1_0000_0000n

/** The names of all segments that hold something between the two positions, in order. */
export function listSegments(range: {
  timeline: string
  from: LogPosition
  to: LogPosition
  segmentBytes: number
}): readonly string[] {
  const segmentBytes = BigInt(range.segmentBytes)
  const perLogId = POSITIONS_PER_LOG_ID / segmentBytes
  const first = parsePosition(range.from) / segmentBytes
  // A position at the start of a segment means that everything before it is wanted, and nothing in it.
  const last = (parsePosition(range.to) - 1n) / segmentBytes
  const names: string[] = []
  for (let segment = first; segment <= last; segment += 1n) {
    names.push(range.timeline + hex(segment / perLogId) + hex(segment % perLogId))
  }
  return names
}

function parsePosition(position: LogPosition): bigint {
  const [high = '', low = ''] = position.split('/')
  return BigInt(`0x${high}`) * POSITIONS_PER_LOG_ID + BigInt(`0x${low}`)
}

function hex(part: bigint): string {
  return part.toString(16).toUpperCase().padStart(8, '0')
}
