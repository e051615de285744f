#!/bin/sh
# One role and one database a service, closed to the others. The server's image runs it when it makes its data; run
# it again for a service that came later, or a password that changed:
#     docker compose exec postgres /docker-entrypoint-initdb.d/databases.sh
# Reads <SERVICE>_DATABASE_PASSWORD; connects as $POSTGRES_USER, as the image does.
set -eu

sql() { psql --set=ON_ERROR_STOP=1 --quiet --no-psqlrc --username="$POSTGRES_USER" --dbname=postgres "$@"; }

# A password goes by psql's own quoting: never into a command line, where others could read it.
role() {
    sql --set=name="$1" <<'SQL'
\set password `printenv "$PASSWORD_OF"`
SELECT format('CREATE ROLE %I LOGIN', :'name')
 WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = :'name') \gexec
SET log_statement = 'none';
SELECT format('ALTER ROLE %I PASSWORD %L', :'name', :'password') \gexec
SQL
}

database() {
    sql --set=name="$1" --set=owner="$2" <<'SQL'
SELECT format('CREATE DATABASE %I OWNER %I', :'name', :'owner')
 WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = :'name') \gexec
SELECT format('REVOKE CONNECT, TEMPORARY ON DATABASE %I FROM PUBLIC', :'name') \gexec
SQL
}

sql --command='REVOKE CONNECT ON DATABASE postgres, template1 FROM PUBLIC'
for service in identity wallet partner bonplan payout notification; do
    PASSWORD_OF=$(echo "$service" | tr '[:lower:]' '[:upper:]')_DATABASE_PASSWORD
    export PASSWORD_OF
    printenv "$PASSWORD_OF" >/dev/null || { echo "databases.sh: set $PASSWORD_OF" >&2; exit 1; }
    role "$service"
    database "$service" "$service"
done
# Keys of persons and the journal of erasures: a database apart, whose backups last 30 days.
database identity_keys identity
