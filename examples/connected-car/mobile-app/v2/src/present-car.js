// What the owner reads on the phone, in words, from a reading of charge-api.

const CAPACITY_KWH = 62
const KWH_OF_A_GALLON = 33.705
const KM_PER_MILE = 1.609344
/** Before the car knows its efficiency, that of the type counts. */
const USUAL_MPGE = 120

const rangeKm = ({ stateOfChargePercent, efficiencyMpge }) =>
  ((CAPACITY_KWH * stateOfChargePercent) / 100 / KWH_OF_A_GALLON) *
  (efficiencyMpge ?? USUAL_MPGE) *
  KM_PER_MILE

function colourOf(percent) {
  if (percent >= 50) return 'green'
  return percent >= 20 ? 'amber' : 'red'
}

const TARGET_PERCENT = 90

/** How long the car is still charged at the speed of now, in words. */
function timeToTarget({ stateOfChargePercent, chargingKw }) {
  const missingKwh = (CAPACITY_KWH * Math.max(0, TARGET_PERCENT - stateOfChargePercent)) / 100
  const minutes = Math.ceil((60 * missingKwh) / chargingKw)
  if (minutes > 24 * 60) return 'more than a day'
  return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`
}

function chargingFacts(reading) {
  if (!(reading.chargingKw > 0)) return []
  return [
    { name: 'Charging speed', value: `${reading.chargingKw.toFixed(1)} kW` },
    { name: `At ${TARGET_PERCENT} % in`, value: timeToTarget(reading) },
  ]
}

function cellFacts({ cellsPercent }) {
  if (!cellsPercent) return []
  return [{ name: 'Weakest cell', value: `${Math.min(...cellsPercent).toFixed(1)} %` }]
}

function statusOf({ charging, speedKmh }) {
  if (charging) return 'Charging'
  return speedKmh < 1 ? 'Parked' : `Driving at ${Math.round(speedKmh)} km/h`
}

/**
 * The car in the owner's words; without a reading it says that the car is silent. A car of 1.x tells
 * nothing of cells and charging speed, and nothing is shown.
 */
export function presentCar(car, reading) {
  if (reading === undefined)
    return {
      title: car,
      status: 'Not heard of yet',
      charge: '–',
      percent: 0,
      colour: 'none',
      facts: [],
      cells: [],
    }
  return {
    title: car,
    status: statusOf(reading),
    charge: `${Math.round(reading.stateOfChargePercent)} %`,
    percent: reading.stateOfChargePercent,
    colour: colourOf(reading.stateOfChargePercent),
    cells: reading.cellsPercent ?? [],
    facts: [
      ...chargingFacts(reading),
      { name: 'Range', value: `${Math.round(rangeKm(reading) / 5) * 5} km` },
      {
        name: 'Efficiency',
        value: reading.efficiencyMpge === null ? '–' : `${Math.round(reading.efficiencyMpge)} MPGe`,
      },
      { name: 'Odometer', value: `${Math.floor(reading.odometerKm).toLocaleString('en')} km` },
      ...cellFacts(reading),
    ],
  }
}
