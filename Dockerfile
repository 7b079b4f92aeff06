# consiliumd and consilium in a small image: no compiler, not root, read-only root file system.
# Configuration, keys and data are mounted at /etc/consilium, state at /var/lib/consilium.
FROM debian:bookworm-slim AS runtime
COPY deploy/install-dependencies.sh /tmp/
RUN /tmp/install-dependencies.sh --runtime && rm -rf /tmp/* /var/lib/apt/lists/*
RUN useradd --uid 10001 --no-create-home --shell /usr/sbin/nologin consilium \
 && install -d -o consilium -g consilium -m 700 /var/lib/consilium
USER 10001
WORKDIR /var/lib/consilium
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=5s --timeout=5s --start-period=5s --retries=6 CMD \
    for role in coordinator node; do \
      [ ! -e /etc/consilium/$role.toml ] || exec consiliumd $role --config /etc/consilium/$role.toml --health; \
    done; exit 1
ENTRYPOINT ["consiliumd"]

FROM debian:bookworm-slim AS build
COPY deploy/install-dependencies.sh /tmp/
RUN /tmp/install-dependencies.sh
WORKDIR /src
COPY . .
RUN cmake --preset release -DBUILD_TESTING=OFF \
 && ninja -C build/release consiliumd consilium \
 && strip build/release/bin/consiliumd build/release/bin/consilium

FROM runtime
COPY --from=build /src/build/release/bin/consiliumd /src/build/release/bin/consilium /usr/local/bin/
