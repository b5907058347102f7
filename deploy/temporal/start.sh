#!/bin/sh
# Starts one Temporal server of the cluster with server.yaml (TEMPORAL_SERVER_CONFIG_FILE_PATH).
#
#   POSTGRES_PWD_FILE  the file that holds the database's password; it is handed on in this process's environment only
#   BIND_ON_IP         the address of this server; worked out from the host's name where it is not set
set -eu
POSTGRES_PWD="$(cat "$POSTGRES_PWD_FILE")"
: "${BIND_ON_IP:=$(getent hosts "$(hostname)" | awk '{ print $1; exit }')}"
export POSTGRES_PWD BIND_ON_IP
exec temporal-server start
