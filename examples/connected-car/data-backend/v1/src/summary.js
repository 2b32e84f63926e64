/** The version of charge-api that this dashboard reads. */
export const CHARGE_API = 'v1'

const average = (values) =>
  values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length

/** What the widgets of the dashboard show, from the newest reading of each car. */
export function summarise(cars) {
  const known = cars.map(({ efficiencyMpge }) => efficiencyMpge).filter((value) => value !== null)
  return {
    carCount: cars.length,
    averageChargePercent: average(cars.map(({ stateOfChargePercent }) => stateOfChargePercent)),
    averageEfficiencyMpge: average(known),
    chargingCount: cars.filter(({ charging }) => charging).length,
  }
}
