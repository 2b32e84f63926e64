// The light of the car: its colour tells the charge.

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

/** The light for the newest telemetry; off while there is none. */
export function lightFor(telemetry) {
  if (telemetry === undefined) return { colour: 'off', hex: COLOURS.off.hex, says: 'no signal' }
  const colour = nameOf(telemetry.stateOfChargePercent)
  const says = `${Math.round(telemetry.stateOfChargePercent)} %${telemetry.charging ? ', charging' : ''}`
  return { colour, hex: COLOURS[colour].hex, says }
}

/** The light as a line for a terminal with colours. */
export function presentInTerminal(car, { colour, says }) {
  const [red, green, blue] = COLOURS[colour].rgb
  return `\u001B[38;2;${red};${green};${blue}m●\u001B[0m ${car} ${says}`
}
