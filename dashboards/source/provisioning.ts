/** What tells a Grafana server where the data and the dashboards are. */
import { SOURCE_UID } from './influxdb/alert-rules.ts';

export const datasourceFile = {
  apiVersion: 1,
  datasources: [
    {
      name: 'License Sentinel',
      uid: SOURCE_UID,
      type: 'influxdb',
      access: 'proxy',
      url: 'http://influxdb:8086',
      jsonData: { dbName: 'qlik', httpMode: 'POST' },
    },
    {
      name: 'License Sentinel metrics',
      uid: 'license-sentinel-prometheus',
      type: 'prometheus',
      access: 'proxy',
      url: 'http://prometheus:9090',
      jsonData: { httpMethod: 'POST', timeInterval: '15s' },
    },
  ],
} as const;

export const dashboardProviderFile = {
  apiVersion: 1,
  providers: [
    {
      name: 'license-sentinel',
      folder: 'License Sentinel',
      type: 'file',
      options: { path: '/var/lib/grafana/dashboards/license-sentinel' },
    },
  ],
} as const;
