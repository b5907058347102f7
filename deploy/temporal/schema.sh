#!/bin/sh
# Creates the two databases of Temporal and brings their schemas up to this version of temporal-sql-tool, then ends. Run it
# again before servers of a newer version start: what is there already stays as it is.
#
#   SQL_PLUGIN, SQL_HOST, SQL_PORT, SQL_USER  the way to PostgreSQL, in temporal-sql-tool's own variables
#   SQL_PASSWORD_FILE                         the file that holds the password of SQL_USER, who may create databases
set -eu
SQL_PASSWORD="$(cat "$SQL_PASSWORD_FILE")"
export SQL_PASSWORD
schema() { # schema DATABASE SCHEMA
	temporal-sql-tool --database "$1" create-database
	temporal-sql-tool --database "$1" setup-schema --version 0.0 # the tables that hold the schema's version
	temporal-sql-tool --database "$1" update-schema --schema-name "postgresql/v12/$2"
}
schema temporal temporal
schema temporal_visibility visibility
