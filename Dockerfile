# keurwacht in one image.  The same Debian in both stages; nothing but Python in the second.
ARG BASE=docker.io/library/python:3.13-slim-bookworm
FROM ${BASE} AS build
WORKDIR /src
RUN python3 -m venv /opt/keurwacht
COPY requirements/run.txt requirements/run.txt
COPY requirements/build.txt requirements/build.txt
RUN /opt/keurwacht/bin/python -m pip install --no-cache-dir --require-hashes -r requirements/run.txt
RUN python3 -m venv /opt/build \
    && /opt/build/bin/python -m pip install --no-cache-dir --require-hashes -r requirements/build.txt
COPY pyproject.toml README.md LICENSE ./
COPY monitor monitor
COPY scanners scanners
COPY config config
RUN /opt/build/bin/python -m hatchling build -t wheel \
    && /opt/keurwacht/bin/python -m pip install --no-cache-dir --no-deps dist/*.whl

FROM ${BASE}
RUN groupadd --gid 10001 keurwacht \
    && useradd --uid 10001 --gid 10001 --home-dir /var/lib/keurwacht --create-home keurwacht
COPY --from=build /opt/keurwacht /opt/keurwacht
ENV PATH=/opt/keurwacht/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    KEURWACHT_DATABASE__URL=sqlite:////var/lib/keurwacht/keurwacht.db \
    KEURWACHT_LOG__FORMAT=json
USER 10001:10001
WORKDIR /var/lib/keurwacht
VOLUME ["/var/lib/keurwacht"]
EXPOSE 9464
# A delivery under way gets 30 s (mail.drain_timeout_s) and 15 s to be marked:
# stop with a grace of 60 s (docker stop --time 60).
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s CMD ["keurwacht", "healthcheck"]
ENTRYPOINT ["keurwacht"]
CMD ["run"]
