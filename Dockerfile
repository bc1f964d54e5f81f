# Stepwise as an image: `cpu`, and `cuda` for nodes with a card of NVIDIA's.

FROM maven:3.9.11-eclipse-temurin-17 AS build
WORKDIR /src
COPY . .
RUN --mount=type=cache,target=/root/.m2 \
    mvn --batch-mode --no-transfer-progress -Dmaven.test.skip=true package
RUN mkdir -p /opt/stepwise/target \
    && cp -r bin conf LICENSE /opt/stepwise/ \
    && cp -r target/stepwise.jar target/lib /opt/stepwise/target/

FROM debian:12.12-slim AS cpu
RUN apt-get -qq update \
    && DEBIAN_FRONTEND=noninteractive apt-get -qq install --no-install-recommends -y \
      curl dataset-fashion-mnist fontconfig fonts-dejavu-core libgomp1 openjdk-17-jre-headless \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --user-group --no-create-home stepwise \
    && install -d -o stepwise -g stepwise /srv/snapshots
COPY --from=build /opt/stepwise /opt/stepwise
# The native libraries are unpacked here, once: the root file system is read-only when it runs.
ENV DJL_CACHE_DIR=/opt/stepwise/native XDG_CACHE_HOME=/tmp
RUN /opt/stepwise/bin/stepwise sample --n 1 --steps 1 --out /tmp/unpacked \
    && chmod -R a+rX /opt/stepwise \
    && rm -rf /tmp/unpacked /tmp/JNA
USER 10001:10001
EXPOSE 8080 7355
STOPSIGNAL SIGTERM
ENTRYPOINT ["/opt/stepwise/bin/stepwise"]
CMD ["serve"]

# Its PyTorch brings the libraries for the card, of the version that the jar is built for.
FROM pytorch/pytorch:2.7.1-cuda12.8-cudnn9-runtime AS cuda
RUN apt-get -qq update \
    && DEBIAN_FRONTEND=noninteractive apt-get -qq install --no-install-recommends -y \
      curl fontconfig fonts-dejavu-core libgomp1 openjdk-17-jre-headless \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --user-group --no-create-home stepwise \
    && install -d -o stepwise -g stepwise /srv/snapshots \
    && ln -s "$(python -c 'import torch; print(torch.__path__[0])')/lib" /opt/libtorch
COPY --from=build /opt/stepwise /opt/stepwise
ENV DJL_CACHE_DIR=/opt/stepwise/native XDG_CACHE_HOME=/tmp \
    PYTORCH_LIBRARY_PATH=/opt/libtorch PYTORCH_VERSION=2.7.1 PYTORCH_FLAVOR=cu128
RUN /opt/stepwise/bin/stepwise sample --n 1 --steps 1 --out /tmp/unpacked \
    && chmod -R a+rX /opt/stepwise \
    && rm -rf /tmp/unpacked /tmp/JNA
USER 10001:10001
EXPOSE 8080 7355
STOPSIGNAL SIGTERM
ENTRYPOINT ["/opt/stepwise/bin/stepwise"]
CMD ["serve"]

# What is built where no target is named.
FROM cpu
