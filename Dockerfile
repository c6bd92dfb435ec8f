# Dependencies of production alone. The embedded Postgres is optional and stays out: a container has a database of its own.
FROM oven/bun:1.4.4-slim AS dependencies
WORKDIR /app
COPY package.json bun.lock ./
RUN bun install --frozen-lockfile --production --omit=optional

FROM dependencies AS build
COPY migrations ./migrations
COPY scripts/build.ts scripts/token.ts ./scripts/
COPY src ./src
RUN bun scripts/build.ts

FROM oven/bun:1.4.4-slim
WORKDIR /app
ENV NODE_ENV=production HOST=0.0.0.0 PORT=3000 DATA_DIR=/app/data
# The collector sizes its heap by the memory it believes in, not by what the server needs: with all of a big machine's it
# lets a thousand matches grow to twice the size. Raise it for many thousands of matches.
ENV BUN_JSC_forceRAMSize=268435456
COPY --from=dependencies /app/node_modules ./node_modules
COPY --from=build /app/dist ./dist
COPY package.json LICENSE ./
RUN mkdir data && chown bun:bun data
USER bun
EXPOSE 3000
HEALTHCHECK --interval=15s --timeout=3s --start-period=20s --retries=3 \
  CMD ["bun", "-e", "const r = await fetch(`http://127.0.0.1:${process.env.PORT}/livez`); process.exit(r.ok ? 0 : 1)"]
CMD ["bun", "dist/index.js"]
