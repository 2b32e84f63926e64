/** Where each field of a reading is kept in the table of telemetry. */
export const COLUMNS = {
  car: 'car',
  sentAt: 'sent_at',
  stateOfChargePercent: 'state_of_charge_percent',
  efficiencyMpge: 'efficiency_mpge',
  speedKmh: 'speed_kmh',
  charging: 'charging',
  odometerKm: 'odometer_km',
}
