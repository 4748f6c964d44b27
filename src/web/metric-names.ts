/** The names of all metrics and their labels, for those who show them and those who ask for them. Counters without `_total`. */

export const metricNames = {
  expiry: 'qlik_sense_license_expiry_timestamp_seconds',
  daysLeft: 'qlik_sense_license_days_left',
  state: 'qlik_sense_license_state',
  acknowledged: 'qlik_sense_license_acknowledged',
  reachable: 'qlik_sense_site_reachable',
  lastCheck: 'qlik_sense_site_last_check_timestamp_seconds',
  lastConfirmed: 'qlik_sense_license_last_confirmed_timestamp_seconds',
  version: 'qlik_sense_version_info',
  certificateExpiry: 'qlik_sense_certificate_expiry_timestamp_seconds',
  site: 'qlik_sense_site_info',
  checks: 'license_sentinel_checks',
  checkDuration: 'license_sentinel_check_duration_seconds',
  waiting: 'license_sentinel_destination_waiting',
  oldestAge: 'license_sentinel_destination_oldest_age_seconds',
  failing: 'license_sentinel_destination_failing',
  deadLetters: 'license_sentinel_destination_dead_letters',
  deliveries: 'license_sentinel_deliveries',
  deliveryFailures: 'license_sentinel_delivery_failures',
  build: 'license_sentinel_build_info',
  residentMemory: 'process_resident_memory_bytes',
  cpu: 'process_cpu_seconds',
  start: 'process_start_time_seconds',
  eventLoopLag: 'nodejs_eventloop_lag_seconds',
} as const;

export const metricLabels = {
  site: 'site',
  state: 'state',
  version: 'version',
  releaseLabel: 'release_label',
  certificate: 'certificate',
  destination: 'destination',
  outcome: 'outcome',
  reason: 'reason',
} as const;

/** Tags of a site become labels that begin so. */
export const TAG_LABEL_PREFIX = 'tag_';
