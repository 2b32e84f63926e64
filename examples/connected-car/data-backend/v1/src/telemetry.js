// The telemetry that cars send: contract telemetry-api.

/** The formats that this backend takes. */
export const FORMATS = [1]

const isText = (value) => typeof value === 'string' && /^[a-z0-9-]{1,40}$/.test(value)
const isNumber = (from, to) => (value) => Number.isFinite(value) && value >= from && value <= to
const isTime = (value) => typeof value === 'string' && !Number.isNaN(Date.parse(value))

const FORMAT_1 = {
  car: [isText, 'lower-case letters, digits and hyphens, at most 40'],
  sentAt: [isTime, 'a time'],
  stateOfChargePercent: [isNumber(0, 100), 'a number from 0 to 100'],
  efficiencyMpge: [
    (value) => value === null || isNumber(0, 1000)(value),
    'a number from 0 to 1000, or null',
  ],
  speedKmh: [isNumber(0, 400), 'a number from 0 to 400'],
  charging: [(value) => typeof value === 'boolean', 'true or false'],
  odometerKm: [isNumber(0, 10_000_000), 'a number from 0 to 10000000'],
}

/** The reading in a message from a car, or the reason why it is not one: `{ reading }` or `{ problem }`. */
export function parseTelemetry(message) {
  if (typeof message !== 'object' || message === null)
    return { problem: 'Telemetry is a JSON object.' }
  if (!FORMATS.includes(message.format)) {
    return {
      problem: `Format ${JSON.stringify(message.format)} is not taken here; this backend takes ${FORMATS.join(' and ')}.`,
    }
  }
  for (const [field, [isRight, right]] of Object.entries(FORMAT_1)) {
    if (!isRight(message[field]))
      return { problem: `${field} is ${JSON.stringify(message[field])}; it must be ${right}.` }
  }
  const { car, sentAt, stateOfChargePercent, efficiencyMpge, speedKmh, charging, odometerKm } =
    message
  return {
    reading: {
      car,
      sentAt: new Date(sentAt).toISOString(),
      stateOfChargePercent,
      efficiencyMpge,
      speedKmh,
      charging,
      odometerKm,
    },
  }
}
