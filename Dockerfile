# syntax=docker/dockerfile:1
# Built in one stage, run in another: no compiler, no pip cache, no root. Debian by name, since its
# next release will have another PostgreSQL client.
FROM python:3.11-slim-trixie AS build
WORKDIR /src
# Filled by the base's pip: what runs has neither pip nor setuptools in it.
RUN python -m venv --without-pip /app
# The locked releases alone first: a change of the code does not install everything again. Each file
# has to have one of the hashes that bin/lock noted.
COPY requirements requirements
# Optional extras, by name: docker build --build-arg EXTRAS="tracing azure" .
ARG EXTRAS=""
RUN set -- image $EXTRAS && for name; do shift; set -- "$@" -r "requirements/$name.txt"; done \
    && pip --python /app/bin/python install --no-cache-dir --require-hashes "$@"
COPY . .
RUN pip --python /app/bin/python install --no-cache-dir --no-deps .

FROM python:3.11-slim-trixie AS postgres
# What backup and restore run, of the server's version in the compose files: pg_dump must not be
# older. Without its package, which would bring all of Perl.
ARG POSTGRES=17
RUN apt-get update && apt-get install -y --no-install-recommends postgresql-client-$POSTGRES \
    && cd /usr/lib/postgresql/$POSTGRES/bin && install -D -t /postgres pg_dump pg_restore psql

FROM python:3.11-slim-trixie
COPY --from=postgres /postgres /usr/local/bin
RUN apt-get update && apt-get install -y --no-install-recommends libpq5 \
    && rm -rf /var/lib/apt/lists/* \
    && pg_dump --version && pg_restore --version && psql --version
# Not --system: its group's number would be the base's next free one, and volumes keep numbers.
RUN useradd --uid 10001 --user-group --no-create-home --home-dir /data lms \
    && install --directory --owner lms --group lms /data
COPY --from=build /app /app
ENV PATH=/app/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    LMS_HOST=0.0.0.0 \
    LMS_PORT=8000 \
    LMS_HEALTH_PORT=8000 \
    LMS_DATA_DIR=/data
# The base has no bytecode of the standard library and this root is read-only: without these files
# every start, and every health check, would compile it again.
RUN python -c "import lms.processes.api, lms.app, lms.processes.worker, lms.processes.scheduler"
USER 10001
WORKDIR /data
VOLUME /data
EXPOSE 8000
# Which build this is, in /health and the metrics: docker build --build-arg COMMIT=$(git rev-parse HEAD)
# --build-arg BUILD_TIME=$(date -u +%Y-%m-%dT%H:%M:%SZ). Late, since each build has another.
ARG COMMIT=""
ARG BUILD_TIME=""
ENV LMS_BUILD_COMMIT=$COMMIT LMS_BUILD_TIME=$BUILD_TIME
LABEL org.opencontainers.image.revision=$COMMIT org.opencontainers.image.created=$BUILD_TIME
# Alive, not ready: a database that is away is no reason to restart us. By a bare socket, since
# urllib takes four times as long to import, and a busy machine must not look like a dead one.
# A worker and a scheduler answer the same path, on LMS_HEALTH_PORT.
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s CMD ["python", "-IS", "-c", "import os, socket; s = socket.create_connection(('127.0.0.1', os.environ['LMS_PORT']), 2); s.sendall(b'GET /api/v1/health HTTP/1.0\\r\\n\\r\\n'); assert b' 200 ' in s.recv(64)"]
ENTRYPOINT ["python", "-m", "lms"]
CMD ["api"]
