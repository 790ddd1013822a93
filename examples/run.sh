#!/bin/sh
# Runs the examples as their users would: as Maven projects of their own, with the library from a Maven repository.
# That repository is a folder under target/; nothing is installed into yours. JAVA_HOME must be a JDK of at least 25.
set -eu
cd "$(dirname "$0")/.."

maven() {
  ./mvnw -B -q -Dmaven.repo.local="$PWD/target/examples-repository" \
    -Dmaven.repo.local.tail="${HOME:-}/.m2/repository" -Dmaven.repo.local.tail.ignoreAvailability=true "$@"
}

maven install -DskipTests -pl steepest-optim -am
maven compile -f examples/plain-module/pom.xml
for program in Train Resume; do
  echo "== $program"
  "${JAVA_HOME:+$JAVA_HOME/bin/}java" --enable-native-access=ALL-UNNAMED -Dorg.bytedeco.javacpp.maxPhysicalBytes=0 \
    -cp "examples/plain-module/target/classes:$(cat examples/plain-module/target/classpath)" "example.$program"
done
