# Small, without root, and without anything that only building needs.
FROM node:24-slim AS build
WORKDIR /app
COPY package.json package-lock.json ./
# The bundler of the page comes as an optional package for each platform, so nothing is left out here.
RUN npm ci --ignore-scripts
COPY . .
RUN npm run build

FROM node:24-slim
ENV NODE_ENV=production
WORKDIR /app
COPY --from=build /app/package.json ./
COPY --from=build /app/bin ./bin
COPY --from=build /app/dist ./dist
COPY --from=build /app/dashboards/grafana ./dashboards/grafana
COPY --from=build /app/dashboards/prometheus ./dashboards/prometheus
COPY --from=build /app/dashboards/provisioning ./dashboards/provisioning
# Volumes take the owner of these folders when they are first used.
RUN mkdir -p /data /certificates && chown node:node /data /certificates
USER node
WORKDIR /data
VOLUME /data
ENTRYPOINT ["node", "/app/bin/license-sentinel.mjs"]
CMD ["run", "--config", "/etc/license-sentinel/license-sentinel.yaml"]
