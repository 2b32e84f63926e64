// The cells of the battery. No two are made alike: a weaker one empties a little faster than the battery
// as a whole, and is full at the same time.
import { CHARGER, chargingPowerKw } from './battery.js'
import { seedOf } from './car.js'

const CELL_COUNT = 8
/** How much of its strength a cell may lack or have beyond the average. */
const TOLERANCE = 0.04

/** The strength of each cell of this car: 1 is the average, and is the average of all. */
function strengths(name) {
  const raw = Array.from(
    { length: CELL_COUNT },
    (_, cell) => ((seedOf(`${cell}/${name}`) % 1001) / 500 - 1) * TOLERANCE,
  )
  const middle = raw.reduce((sum, each) => sum + each, 0) / CELL_COUNT
  return raw.map((each) => 1 + each - middle)
}

/** The charge of each cell in percent; together they are the charge of the battery. */
export function cellsPercent({ name, chargePercent }) {
  return strengths(name).map((strength) =>
    Math.min(100, Math.max(0, 100 - (100 - chargePercent) * (2 - strength))),
  )
}

/** The power in kW that goes into the battery now; 0 while it is not charged. */
export function chargingKw({ charging, chargePercent }) {
  return charging ? chargingPowerKw(chargePercent) * CHARGER.efficiency : 0
}
