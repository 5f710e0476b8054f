# mvn package && docker build -t strata .
# The base needs a Java 25 runtime and bash.
ARG BASE=eclipse-temurin:25-jre

FROM ${BASE} AS prepared
WORKDIR /opt/strata
COPY target/strata.jar /tmp/strata.jar
RUN java -Djarmode=tools -jar /tmp/strata.jar extract --destination .
# One set of flags for the training run and for every other one.
COPY src/main/package/jvm.options .
# A rehearsal leaves the cache of what a start loads, and of what the compilers have to know of the code that requests
# run. Java uses it only where the jar has the same path, and the same flags are set. Fewer rounds take less time, and make
# a server's first thousands of requests slower.
ARG ROUNDS=400
RUN java @jvm.options -XX:AOTCacheOutput=strata.aot -jar /opt/strata/strata.jar rehearse ${ROUNDS}

FROM ${BASE}
COPY --from=prepared /opt/strata /opt/strata
# Fails where the cache cannot be used, instead of starting slowly ever after.
RUN java @/opt/strata/jvm.options -XX:AOTCache=/opt/strata/strata.aot -XX:AOTMode=on -jar /opt/strata/strata.jar help
# Whoever mounts a directory of the host instead of a volume lets this user write to it.
RUN install -d -o 10001 -g 10001 /data
USER 10001:10001
WORKDIR /data
VOLUME /data
EXPOSE 5000
# In a container it listens on every address, which it only does when told that everyone may come:
# STRATA_ACCESS_ANONYMOUS=true.
ENV SERVER_ADDRESS=0.0.0.0 STRATA_DATADIR=/data
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s CMD ["bash", "-c", "exec 3<>/dev/tcp/127.0.0.1/${SERVER_PORT:-5000} && printf 'GET /actuator/health/readiness HTTP/1.0\\r\\n\\r\\n' >&3 && read -r _ status _ <&3 && [ \"$status\" = 200 ]"]
# Further flags of the JVM go into JDK_JAVA_OPTIONS.
ENTRYPOINT ["java", "@/opt/strata/jvm.options", "-XX:AOTCache=/opt/strata/strata.aot", "-jar", "/opt/strata/strata.jar"]
CMD ["serve"]
