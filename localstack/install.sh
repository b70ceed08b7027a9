#!/usr/bin/env bash
# install.sh DIR: what host mode needs, once: DIR/venv (LocalStack, by requirements.lock) and DIR/lib (Java libraries, by Maven).
# Both come from the registries that pip and mvn are set up for. Needs Python 3.11, a JDK of 17 or later, Maven.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
dir=$(mkdir -p "$1" && cd "$1" && pwd)
lib=$dir/lib

missing() { echo "localstack: $1" >&2; exit 1; }
python=${PYTHON:-$(command -v python3.11 || command -v python3 || true)}
[ -n "$python" ] && "$python" -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' ||
  missing "host mode needs Python 3.11 (set PYTHON to one), or Docker"
command -v java >/dev/null || missing "host mode needs a JDK of 17 or later on the PATH, or Docker"

# The marks are written last: an installation that was cut short is done again.
mark=$(cksum <"$here/requirements.lock" | cut -d' ' -f1)
if [ "$(cat "$dir/venv/.installed" 2>/dev/null)" != "$mark" ]; then
  rm -rf "$dir/venv"
  "$python" -m venv "$dir/venv"
  "$dir/venv/bin/pip" install -q --no-deps --no-compile --disable-pip-version-check -r "$here/requirements.lock"
  echo "$mark" >"$dir/venv/.installed"
fi

# jars FOLDER GROUP:ARTIFACT:VERSION...: the artifacts and all that they need at run time.
jars() {
  command -v mvn >/dev/null || missing "host mode needs Maven (mvn) for its first start, or Docker"
  local folder=$1 pom
  shift
  pom=$(mktemp -d)/pom.xml
  {
    echo '<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion>'
    echo '<groupId>senda</groupId><artifactId>localstack</artifactId><version>1</version><dependencies>'
    for artifact in "$@"; do
      IFS=: read -r group name version <<<"$artifact"
      echo "<dependency><groupId>$group</groupId><artifactId>$name</artifactId><version>$version</version></dependency>"
    done
    echo '</dependencies></project>'
  } >"$pom"
  mvn -q -B -Dstyle.color=never -f "$pom" org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies \
    -DincludeScope=runtime -DoutputDirectory="$folder"
  rm -rf "$(dirname "$pom")"
}

# LocalStack looks for its own Java 21; any JDK from 17 on does.
mkdir -p "$lib/java"
ln -sfn "${JAVA_HOME:-$(dirname "$(dirname "$(readlink -f "$(command -v java)")")")}" "$lib/java/21"

# DynamoDB Local. DynamoDBLocal.jar is only LocalStack's mark of an installation: host/dynamodb_local.py starts it by class path.
dynamodb=$lib/dynamodb-local/2
if [ ! -e "$dynamodb/DynamoDBLocal.jar" ]; then
  rm -rf "$dynamodb"
  jars "$dynamodb/DynamoDBLocal_lib" software.amazon.dynamodb:DynamoDBLocal:3.1.0
  for native in "$dynamodb"/DynamoDBLocal_lib/libsqlite4java-linux-amd64-*.so; do
    [ -e "$native" ] && mv "$native" "$dynamodb/DynamoDBLocal_lib/libsqlite4java-linux-amd64.so"
  done
  touch "$dynamodb/DynamoDBLocal.jar"
fi

# The JSONata engine of Step Functions. The mark is the engine's own jar, moved into place last.
jsonata=$lib/jsonata/0.9.7
if [ ! -e "$jsonata/jsonata-0.9.7.jar" ]; then
  rm -rf "$jsonata" "$jsonata.part"
  jars "$jsonata.part" com.dashjoin:jsonata:0.9.7 com.fasterxml.jackson.core:jackson-databind:2.16.2
  mv "$jsonata.part" "$jsonata"
fi
