package dev.strata.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A registry with TLS whose certificate an authority of the company's own signed; each client is told to trust that. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TlsClientsTest {

    private static final String ADDRESS = variable("STRATA_INTEROP_TLS_REGISTRY");
    /** Where the engines look for the authority. */
    private static final Path TRUSTED = Path.of(variable("STRATA_INTEROP_TLS"));

    private static final String AUTHORITY = TRUSTED.resolve("ca.crt").toString();
    private static final String POLICY = """
            grants:
              - {who: ["account:ann", "certificate:CN=agent,O=Acme"], on: team/**, may: [pull, push, delete, cache], cache: "**"}
            """;

    /**
     * To push the image of {@code $IMAGE} and to pull it again. The directory {@code $CERTS} has what to trust and, for who
     * does not sign in, the certificate to show.
     */
    private enum Client {
        DOCKER(
                "docker login -u \"$U\" -p \"$P\" $R",
                "docker tag tls-base $R/$T:1 && docker push $R/$T:1 && docker pull $R/$T:1"),
        PODMAN(
                "podman login --cert-dir $CERTS -u \"$U\" -p \"$P\" $R",
                "podman load -i $IMAGE && podman push --cert-dir $CERTS localhost/tls-base $R/$T:1"
                        + " && podman pull --cert-dir $CERTS $R/$T:1"),
        BUILDAH(
                "buildah login --cert-dir $CERTS -u \"$U\" -p \"$P\" $R",
                "buildah pull docker-archive:$IMAGE && buildah push --cert-dir $CERTS localhost/tls-base docker://$R/$T:1"
                        + " && buildah pull --policy=always --cert-dir $CERTS $R/$T:1"),
        SKOPEO(
                "skopeo login --cert-dir $CERTS -u \"$U\" -p \"$P\" $R",
                "skopeo copy --dest-cert-dir $CERTS docker-archive:$IMAGE docker://$R/$T:1"
                        + " && skopeo copy --src-cert-dir $CERTS docker://$R/$T:1 dir:$D/pulled"),
        CRANE(
                "export SSL_CERT_FILE=$CERTS/ca.crt; crane auth login -u \"$U\" -p \"$P\" $R",
                "crane push $IMAGE $R/$T:1 && crane pull $R/$T:1 $D/image.tar"),
        ORAS(
                "oras login --ca-file $CERTS/ca.crt -u \"$U\" -p \"$P\" $R",
                "cd ${IMAGE%/*} && oras push $O $R/$T:1 ${IMAGE##*/} && oras pull $O --output $D $R/$T:1"),
        CONTAINERD(
                "true",
                "ctr images import --base-name $R/$T $IMAGE"
                        + " && ctr images push $H ${U:+-u \"$U:$P\"} $R/$T:1 docker.io/library/tls-base:latest"
                        + " && ctr images pull $H ${U:+-u \"$U:$P\"} $R/$T:1"),
        BUILDKIT(
                "docker login -u \"$U\" -p \"$P\" $R",
                "BUILD=\"buildctl build --frontend dockerfile.v0 --local context=$D --local dockerfile=$D"
                        + " --registry-auth-tlscontext host=$R,ca=$CERTS/ca.crt\" && echo hello >$D/file && printf 'FROM scratch\\nCOPY file /\\n' >$D/Dockerfile"
                        + " && $BUILD --output type=image,name=$R/$T:1,push=true"
                        + " && echo FROM $R/$T:1 >$D/Dockerfile && $BUILD --output type=tar,dest=$D/pulled.tar"),
        HELM(
                "helm registry login --ca-file $CERTS/ca.crt -u \"$U\" -p \"$P\" $R",
                "cd $D && helm create base && helm package --version 1.0.0 base"
                        + " && helm push --ca-file $CERTS/ca.crt base-1.0.0.tgz oci://$R/$T"
                        + " && helm pull --ca-file $CERTS/ca.crt oci://$R/$T/base --version 1.0.0 --destination base");

        private final String login;
        private final String pushAndPull;

        Client(String login, String pushAndPull) {
            this.login = login;
            this.pushAndPull = pushAndPull;
        }
    }

    @TempDir
    static Path directory;

    private @Nullable TestAuthority authority;
    private @Nullable StrataProcess strata;

    private static String variable(String name) {
        return Objects.requireNonNull(System.getenv(name), () -> name + " is not set; run the tests under .ci/with-engines");
    }

    @BeforeAll
    void start() throws IOException {
        authority = TestAuthority.create(Path.of(AUTHORITY), directory);
        signServer();
        authority.sign(directory, "client", "/O=Acme/CN=agent", "DNS:agent");
        Path policy = Files.writeString(directory.resolve("policy.yaml"), POLICY);
        String bundle = "--spring.ssl.bundle.pem.strata.";
        strata = StrataProcess.start(
                new Registry(ADDRESS),
                () -> curl("-o", "/dev/null").attempt().exitCode() == 0,
                directory.resolve("data"),
                "--server.address=0.0.0.0",
                bundle + "keystore.certificate=file:" + directory.resolve("server.cert"),
                bundle + "keystore.private-key=file:" + directory.resolve("server.key"),
                bundle + "truststore.certificate=file:" + AUTHORITY,
                bundle + "reload-on-update=true",
                "--server.ssl.bundle=strata",
                "--server.ssl.client-auth=want",
                "--strata.access.admin-password=" + SignInRegistry.password("admin"),
                "--strata.access.policy=" + policy);
        curl("-f", "-u", "admin:" + SignInRegistry.password("admin"), "-H", "Content-Type: application/json")
                .and("-d", "{\"name\":\"ann\",\"password\":\"" + SignInRegistry.password("ann") + "\"}")
                .and("https://" + ADDRESS + "/api/access/accounts")
                .run();
        Path context = Files.createDirectory(directory.resolve("base"));
        Docker.build(BuildContext.file(context, "hello"), "tls-base");
        Docker.command("save", "--output", directory.resolve("image.tar").toString(), "tls-base").run();
    }

    @AfterAll
    void stop() {
        if (strata != null) {
            strata.close();
        }
    }

    private void signServer() throws IOException {
        Objects.requireNonNull(authority)
                .sign(directory, "server", "/CN=registry", "IP:" + ADDRESS.substring(0, ADDRESS.lastIndexOf(':')));
    }

    private static Command curl(String... options) {
        return Command.of("curl", "-sS", "--cacert", AUTHORITY).and(options).and("https://" + ADDRESS + "/v2/");
    }

    /** @param name of an account; empty for who shows a certificate */
    private Command types(Client client, String script, String name) throws IOException {
        ClientUser user = ClientUser.at(ADDRESS, name, name.isEmpty() ? "" : SignInRegistry.password(name));
        Path certificates = Files.createDirectory(user.directory().resolve("certificates"));
        Files.copy(Path.of(AUTHORITY), certificates.resolve("ca.crt"));
        String shown = "";
        if (name.isEmpty()) {
            Files.copy(directory.resolve("client.cert"), certificates.resolve("client.cert"));
            Files.copy(directory.resolve("client.key"), certificates.resolve("client.key"));
            shown = "client = [[\"%1$s/client.cert\", \"%1$s/client.key\"]]\n".formatted(certificates);
        }
        Path hosts = Files.createDirectories(user.directory().resolve("hosts").resolve(ADDRESS));
        Files.writeString(
                hosts.resolve("hosts.toml"),
                "server = \"https://%s\"\n[host.\"https://%1$s\"]\nca = \"%s\"\n%s".formatted(ADDRESS, AUTHORITY, shown));
        String target = "team/" + client.name().toLowerCase(Locale.ROOT) + (name.isEmpty() ? "-certificate" : "");
        return user.types(script, "", target)
                .with("IMAGE", directory.resolve("image.tar").toString())
                .with("CERTS", certificates.toString())
                .with("H", "--hosts-dir " + hosts.getParent())
                .with("O", "--ca-file " + certificates.resolve("ca.crt")
                        + (name.isEmpty()
                                ? " --cert-file " + certificates.resolve("client.cert") + " --key-file " + certificates.resolve("client.key")
                                : ""));
    }

    @ParameterizedTest
    @EnumSource
    void whoTrustsTheAuthoritySignsInPushesAndPulls(Client client) throws IOException {
        types(client, client.login + " && " + client.pushAndPull, "ann").run();
    }

    @ParameterizedTest
    @EnumSource(names = {"SKOPEO", "ORAS", "CONTAINERD"})
    void whoShowsACertificateNeedsNoPassword(Client client) throws IOException {
        types(client, client.pushAndPull, "").run();
    }

    @Test
    void whoDoesNotTrustTheAuthoritySaysSo() throws IOException {
        Command.Output output = types(Client.CRANE, "crane auth login -u \"$U\" -p \"$P\" $R && crane pull $R/team/x:1 $D/x.tar", "ann")
                .attempt();

        assertThat(output.exitCode()).isNotZero();
        assertThat(output.all()).contains("certificate signed by unknown authority");
    }

    @ParameterizedTest
    @ValueSource(strings = {"docker", "buildkit", "buildah", "podman"})
    void theAgentAndItsBuilderTrustIt(String builder) throws IOException {
        ClientUser ann = ClientUser.at(ADDRESS, "ann", SignInRegistry.password("ann"));
        ann.types(SignedInClient.DOCKER.login(), "", "").run();
        Path context = Files.createDirectory(directory.resolve(builder));
        BuildContext.file(context, "built by " + builder);
        String image = ADDRESS + "/team/built-" + builder + ":1";

        AgentBuild build = AgentBuild.of(
                AgentBuild.command(builder, new BuildContext(context), image, "--ca-file", AUTHORITY)
                        .with("DOCKER_CONFIG", ann.directory().toString())
                        .with("REGISTRY_AUTH_FILE", ann.directory().resolve("config.json").toString())
                        .run());

        assertThat(build.notes()).isEmpty();
        assertThat(build.statuses()).containsExactly("miss");
    }

    @Test
    void aNewCertificateIsShownWithoutARestart() throws IOException {
        String before = serial();

        signServer();

        await("the new certificate").until(() -> !serial().equals(before));
        types(Client.CRANE, Client.CRANE.login, "ann").run();
    }

    private static String serial() {
        return Command.of("bash", "-c", "openssl s_client -connect $R -CAfile $CA </dev/null | openssl x509 -noout -serial")
                .with("R", ADDRESS)
                .with("CA", AUTHORITY)
                .run()
                .result();
    }
}
