#!/bin/sh
# Makes ./secrets beside this file, once: passwords nobody has seen, and the addresses that hold them.
set -eu
umask 077
here=$(CDPATH= cd -- "$(dirname -- "$0")" && pwd)
folder="$here/secrets"
[ ! -e "$folder" ] || { echo "make-secrets: $folder is there already" >&2; exit 1; }
random() { head -c "$1" /dev/urandom | base64 | tr -d '\n'; }
word() { head -c 24 /dev/urandom | od -An -tx1 | tr -d ' \n'; }
mkdir "$folder"
postgres=$(word) clickhouse=$(word) nats=$(word)
put() { printf '%s' "$2" > "$folder/$1"; }
put postgres-password "$postgres"
put clickhouse-password "$clickhouse"
put database-url "postgres://meridian:$postgres@postgres:5432/meridian"
put clickhouse-url "http://meridian:$clickhouse@clickhouse:8123/meridian"
put nats-url "nats://meridian:$nats@nats:4222"
put nats-auth.conf "authorization { user: meridian, password: \"$nats\" }"
put clickhouse-cluster.xml "<clickhouse><remote_servers><meridian><secret>$(word)</secret></meridian></remote_servers></clickhouse>"
put ledger-key "$(random 32)"
put metrics-token "$(word)"
# Compose mounts secrets as they are: the containers' users, 10001 and the services' own, have to read them.
chmod 0755 "$folder"
chmod 0444 "$folder"/*
echo "made $folder; only this folder's owner should be able to reach it" >&2
