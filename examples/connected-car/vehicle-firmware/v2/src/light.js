// The light of the car: its colour tells the charge, and its blinking the charging speed.

const GREEN_FROM_PERCENT = 50
const AMBER_FROM_PERCENT = 20

const COLOURS = {
  green: { hex: '#2fbf5f', rgb: [47, 191, 95] },
  amber: { hex: '#f0a020', rgb: [240, 160, 32] },
  red: { hex: '#e5433b', rgb: [229, 67, 59] },
  off: { hex: '#7a817a', rgb: [122, 129, 122] },
}

function nameOf(percent) {
  if (percent >= GREEN_FROM_PERCENT) return 'green'
  return percent >= AMBER_FROM_PERCENT ? 'amber' : 'red'
}

/** One blink takes a second and a half at 10 kW, and less the faster the car is charged. */
const BLINK_MS_AT_10_KW = 1500
const BLINK_MS_MIN = 250

function blinkMsAt(chargingKw) {
  if (!(chargingKw > 0)) return null
  return Math.round(Math.max(BLINK_MS_MIN, (BLINK_MS_AT_10_KW * 10) / chargingKw))
}

/** The light for the newest telemetry; off while there is none. It blinks while charging. */
export function lightFor(telemetry) {
  if (telemetry === undefined)
    return { colour: 'off', hex: COLOURS.off.hex, blinkMs: null, says: 'no signal' }
  const colour = nameOf(telemetry.stateOfChargePercent)
  const { charging, chargingKw } = telemetry
  const speed = chargingKw === undefined ? '' : ` with ${Math.round(chargingKw)} kW`
  const says = `${Math.round(telemetry.stateOfChargePercent)} %${charging ? `, charging${speed}` : ''}`
  return { colour, hex: COLOURS[colour].hex, blinkMs: blinkMsAt(chargingKw), says }
}

/** The light as a line for a terminal with colours; a ring around it stands for blinking. */
export function presentInTerminal(car, { colour, blinkMs, says }) {
  const [red, green, blue] = COLOURS[colour].rgb
  return `\u001B[38;2;${red};${green};${blue}m${blinkMs === null ? '●' : '◉'}\u001B[0m ${car} ${says}`
}
