# farmhand as a container: its two programs, static, without a shell and without root. Built by docker-compose.yml, or by
# hand: docker build -t farmhand:local --build-arg VERSION=$(git describe) --build-arg COMMIT=$(git rev-parse HEAD) .
FROM golang:1.26-bookworm AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
# The number and the commit of a release. Empty: a build that calls itself (devel), which needs a build id where it is a
# version of a deployment.
ARG VERSION=
ARG COMMIT=
RUN CGO_ENABLED=0 go build -trimpath -buildvcs=false \
    -ldflags="-s -w -X farmhand/internal/version.stamped=${VERSION#v} -X farmhand/internal/version.commit=$COMMIT" \
    -o /out/ ./worker ./starter && mkdir /state

FROM gcr.io/distroless/static-debian12:nonroot
COPY --from=build /out/worker /out/starter /
# What is kept: a volume that is mounted here belongs to the same user.
COPY --from=build --chown=nonroot:nonroot /state /var/lib/farmhand
USER nonroot:nonroot
# Asks the worker in this container at its health.address.
ENV FARMHAND_HEALTH_ADDRESS=127.0.0.1:8081
HEALTHCHECK --interval=10s --timeout=5s --start-period=5m CMD ["/worker", "--check"]
ENTRYPOINT ["/worker"]
