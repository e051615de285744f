# syntax=docker/dockerfile:1
# One file, one image a part:
#     docker build --build-arg SERVICE=wallet -t atouts/wallet .
# SERVICE: identity, wallet, partner, bonplan, payout, notification, gateway, sandbox, or provision (keys, databases,
# broker definitions). Images hold no secret and no server; they run as uid 10001 on a read-only root file system.
# They have no HEALTHCHECK: probes are the orchestrator's, which knows what each process answers.
#
# Base images are pinned by tag. Pin them by digest where they are built: a digest cannot be known without a registry.
ARG SERVICE
ARG PYTHON=python:3.11-slim-bookworm
ARG NODE=node:22-bookworm-slim

# What each part adds to chassis, contracts and rulebooks: these stages hold sources and nothing else.
FROM scratch AS code-identity
COPY services/__init__.py /app/services/
COPY services/identity /app/services/identity

FROM scratch AS code-wallet
COPY services/__init__.py /app/services/
COPY services/wallet /app/services/wallet

FROM scratch AS code-partner
COPY services/__init__.py /app/services/
COPY services/partner /app/services/partner

FROM scratch AS code-bonplan
COPY services/__init__.py /app/services/
COPY services/bonplan /app/services/bonplan

FROM scratch AS code-payout
COPY services/__init__.py /app/services/
COPY services/payout /app/services/payout

FROM scratch AS code-notification
COPY services/__init__.py /app/services/
COPY services/notification /app/services/notification

FROM ${NODE} AS qr-reader
WORKDIR /npm
COPY gateway/web/package.json gateway/web/package-lock.json gateway/web/.npmrc ./
RUN npm ci --ignore-scripts --no-audit --no-fund
# The files that bin/setup takes, at the same places.
RUN mkdir -p /vendor/zxing-wasm/reader \
    && cp node_modules/zxing-wasm/dist/es/share.js node_modules/zxing-wasm/LICENSE /vendor/zxing-wasm/ \
    && cp node_modules/zxing-wasm/dist/es/reader/index.js node_modules/zxing-wasm/dist/reader/zxing_reader.wasm \
        /vendor/zxing-wasm/reader/

FROM scratch AS code-gateway
COPY gateway /app/gateway
COPY --from=qr-reader /vendor /app/gateway/web/static/vendor

FROM scratch AS code-sandbox
COPY sandbox /app/sandbox

FROM scratch AS code-provision
COPY embedded /app/embedded

FROM code-${SERVICE} AS code

# The contracts' stubs, made by the compiler that the lock names.
FROM ${PYTHON} AS stubs
WORKDIR /build
COPY pyproject.toml ./
COPY requirements/of_image.py requirements/requirements.lock requirements/
RUN python requirements/of_image.py grpcio-tools mypy-protobuf googleapis-common-protos > compiler.lock \
    && pip install --no-cache-dir --no-deps --require-hashes -r compiler.lock
COPY contracts contracts
RUN python contracts/stubs.py

# The packages of this part's extra, by hash, into a folder that the image takes as it is.
FROM ${PYTHON} AS packages
ARG SERVICE
WORKDIR /build
COPY pyproject.toml ./
COPY requirements/of_image.py requirements/requirements.lock requirements/
RUN python requirements/of_image.py "${SERVICE}" > image.lock \
    && python -m venv /venv \
    && /venv/bin/pip install --no-cache-dir --no-deps --require-hashes -r image.lock \
    && /venv/bin/pip uninstall -y pip setuptools

FROM ${PYTHON} AS image
RUN groupadd --gid 10001 atouts \
    && useradd --uid 10001 --gid 10001 --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin atouts \
    # A new volume takes its owner from the folder that it is mounted on.
    && install -d -o 10001 -g 10001 -m 0700 /keys /broker /data
WORKDIR /app
COPY --from=packages /venv /venv
COPY --from=stubs /build/contracts /app/contracts
COPY chassis /app/chassis
COPY rulebooks /app/rulebooks
COPY --from=code /app /app
RUN python -m compileall -q /app
ENV PATH=/venv/bin:$PATH \
    PYTHONPATH=/app:/app/contracts/generated \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1
USER 10001:10001
STOPSIGNAL SIGTERM
# `docker run atouts/wallet services.wallet rpc`
ENTRYPOINT ["python", "-m"]
