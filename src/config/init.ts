/** The configuration file to begin with. It is valid as it stands; only names and files have to be put right. */

export function starterConfig(): string {
  return `# License Sentinel for Qlik Sense. Everything that is commented out shows its default or an example.
# Check this file with:  license-sentinel config check --config FILE
# Relative paths count from the folder of this file. Keep secrets out of it: write \${env:NAME} or \${file:PATH}
# anywhere in a text, and $\${ where you mean the characters \${ themselves.

sites:
  - name: prod                        # your name for the site: tag, label, part of topics
    host: sense.example.com           # the machine of the Qlik Sense repository service
    # hosts: [central, rim]           # or several, in order of preference
    # port: 4242
    # versionPort: 9032               # where the product version is asked
    certificates: ./certificates/prod # folder with client.pem, client_key.pem and root.pem as exported from the QMC
    check: every 6 hours              # or: 90 min, every weekday at 10:15 am, or { cron: "0 6 * * *", timeZone: Europe/Stockholm }
    # timeZone: UTC                   # the zone in which days are counted
    # manualEndDate: 2027-05-06       # overrides the end date that the site reports
    # perpetual: false                # true: the license never ends
    tags: { environment: production }

alerts:
  thresholdDays: [90, 60, 30, 14, 7, 3, 1, 0] # days left at which to speak, each once
  remind: daily                       # never, daily, every-check, or a duration such as 12 h
  remindFromDays: 7                   # reminders begin when this many days are left
  criticalFromDays: 7                 # critical from here on, a warning before
  visibility:
    failures: 3                       # so many failed checks in a row ...
    after: 1 h                        # ... over at least this time make a site unreachable

destinations: []
# destinations:
#   - name: metrics
#     kind: influxdb
#     version: 2                      # 1, 2 or 3
#     url: https://influx.example.com:8086
#     org: ops
#     bucket: qlik
#     token: \${file:/run/secrets/influx}
#     sendRecurring: true             # the status of every check
#     sendAlert: true                 # alerts
#   - name: broker
#     kind: mqtt
#     url: mqtts://broker.example.com:8883
#     user: license-sentinel
#     password: \${env:MQTT_PASSWORD}
#   - name: oncall
#     kind: webhook
#     url: https://hooks.example.com/qlik
#     sendRecurring: false
#     minimumSeverity: warning        # info, warning or critical

store: ./license-sentinel.db          # readings, alert states and waiting messages
# store: { path: ./license-sentinel.db, keepDays: 400, thinAfterDays: 30 }

# web: { listen: 127.0.0.1:8080 }     # page, API and metrics; false for none; docs/api.md says who may look

# heartbeat: { url: https://hc-ping.com/UUID, every: 5 min } # called while all is well, for a watchdog elsewhere

log:
  level: info                         # debug, info, warn or error
  format: auto                        # pretty on a terminal, json elsewhere

# concurrency: 16                     # how many sites are looked at at once
`;
}
