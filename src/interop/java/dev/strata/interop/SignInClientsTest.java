package dev.strata.interop;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
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

/** Every client signs in, and gets what it may have: its own pulls and pushes, and what is public without a login. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SignInClientsTest {

    private static final String ADMIN = "the first secret";
    private static final String POLICY = """
            grants:
              - {who: "account:ann", on: team/**, may: [pull, push]}
              - {who: "account:ben", on: team/**, may: pull}
              - {who: anyone, on: public/**, may: pull}
            """;

    /** What a user of a client types: to sign in, to pull an image, and to push the public one under another name. */
    private enum Client {
        DOCKER(
                "docker login -u \"$U\" -p \"$P\" $R",
                "docker pull $I",
                "docker pull $PUBLIC && docker tag $PUBLIC $T && docker push $T"),
        PODMAN(
                "podman login --tls-verify=false -u \"$U\" -p \"$P\" $R",
                "podman pull --tls-verify=false $I",
                "podman pull --tls-verify=false $PUBLIC && podman push --tls-verify=false $PUBLIC $T"),
        BUILDAH(
                "buildah login --tls-verify=false -u \"$U\" -p \"$P\" $R",
                "buildah pull --policy=always --tls-verify=false $I",
                "buildah pull --tls-verify=false $PUBLIC && buildah push --tls-verify=false $PUBLIC docker://$T"),
        SKOPEO(
                "skopeo login --tls-verify=false -u \"$U\" -p \"$P\" $R",
                "skopeo copy --src-tls-verify=false docker://$I dir:$D/pulled",
                "skopeo copy --src-tls-verify=false --dest-tls-verify=false docker://$PUBLIC docker://$T"),
        CRANE("crane auth login -u \"$U\" -p \"$P\" $R", "crane pull $I $D/image.tar", "crane copy $PUBLIC $T"),
        ORAS(
                "oras login --plain-http -u \"$U\" -p \"$P\" $R",
                "oras manifest fetch --plain-http $I",
                "oras cp --from-plain-http --to-plain-http $PUBLIC $T"),
        CONTAINERD(
                "true",
                "ctr images pull --plain-http ${U:+-u \"$U:$P\"} $I",
                "ctr images pull --plain-http $PUBLIC && ctr images push --plain-http ${U:+-u \"$U:$P\"} $T $PUBLIC");

        private final String login;
        private final String pull;
        private final String push;

        Client(String login, String pull, String push) {
            this.login = login;
            this.pull = pull;
            this.push = push;
        }
    }

    @TempDir
    static Path directory;

    /** Started once for all clients. */
    private @Nullable StrataProcess strata;

    @BeforeAll
    void start() throws Exception {
        Path policy = Files.writeString(directory.resolve("policy.yaml"), POLICY);
        strata = StrataProcess.start(
                directory.resolve("data"), "--strata.access.admin-password=" + ADMIN, "--strata.access.policy=" + policy);
        for (String name : new String[] {"ann", "ben"}) {
            createAccount(name);
        }
        Path context = Files.createDirectory(directory.resolve("context"));
        Files.writeString(context.resolve("greeting"), "hello");
        Files.writeString(context.resolve("Dockerfile"), "FROM scratch\nCOPY greeting /\n");
        for (String image : new String[] {"public/base:1", "team/base:1"}) {
            run("docker login -u \"$U\" -p \"$P\" $R && docker build -t $I " + context + " && docker push $I",
                    "admin", ADMIN, image, "").run();
        }
    }

    @AfterAll
    void stop() {
        if (strata != null) {
            strata.close();
        }
    }

    private Registry registry() {
        return Objects.requireNonNull(strata).registry();
    }

    private void createAccount(String name) throws Exception {
        String admin = Base64.getEncoder().encodeToString(("admin:" + ADMIN).getBytes(StandardCharsets.UTF_8));
        try (HttpClient client = HttpClient.newHttpClient()) {
            HttpResponse<String> made = client.send(
                    HttpRequest.newBuilder(URI.create("http://" + registry().address() + "/api/access/accounts"))
                            .header("Authorization", "Basic " + admin)
                            .POST(HttpRequest.BodyPublishers.ofString(
                                    "{\"name\":\"%s\",\"password\":\"%s's secret\"}".formatted(name, name)))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            assertThat(made.statusCode()).as(made.body()).isEqualTo(201);
        }
    }

    /** A command of a user who has no other logins than those of this call's directory. */
    private Command run(String script, String user, String password, String image, String target) throws IOException {
        Path own = Files.createTempDirectory(directory, "client");
        Path auth = Files.writeString(own.resolve("auth.json"), "{}");
        Files.writeString(own.resolve("config.json"), "{}");
        return Command.of("bash", "-c", script)
                .with("DOCKER_CONFIG", own.toString())
                .with("REGISTRY_AUTH_FILE", auth.toString())
                .with("D", own.toString())
                .with("R", registry().address())
                .with("U", user)
                .with("P", password)
                .with("I", registry().image(image))
                .with("T", registry().image(target))
                .with("PUBLIC", registry().image("public/base:1"));
    }

    private int outcome(String script, String user, String password, String image, String target) throws IOException {
        return run(script, user, password, image, target).attempt().exitCode();
    }

    @ParameterizedTest
    @EnumSource
    void aClientGetsWhatItsUserMayHaveAndNoMore(Client client) throws IOException {
        String target = "team/" + client.name().toLowerCase(Locale.ROOT);
        String signedIn = client.login + " && ";

        run(client.pull, "", "", "public/base:1", "").run();
        assertThat(outcome(client.pull, "", "", "team/base:1", "")).as("pull of what is private").isNotZero();

        run(signedIn + client.pull, "ann", "ann's secret", "team/base:1", "").run();
        run(signedIn + client.push, "ann", "ann's secret", "", target + ":1").run();
        run(signedIn + client.pull, "ann", "ann's secret", target + ":1", "").run();

        run(signedIn + client.pull, "ben", "ben's secret", "team/base:1", "").run();
        assertThat(outcome(signedIn + client.push, "ben", "ben's secret", "", target + ":2"))
                .as("push of who may only pull")
                .isNotZero();
        assertThat(outcome(signedIn + client.pull, "ann", "wrong", "team/base:1", "")).as("a wrong password").isNotZero();
    }

    @Test
    void buildKitBuildsOnAPrivateImageAndPushes() throws IOException {
        Path context = Files.createDirectory(directory.resolve("buildkit"));
        Files.writeString(context.resolve("Dockerfile"), "FROM " + registry().image("team/base:1") + "\nCOPY Dockerfile /\n");
        String build = "docker login -u \"$U\" -p \"$P\" $R && buildctl build --frontend dockerfile.v0 --local context="
                + context + " --local dockerfile=" + context
                + " --output type=image,name=$T,push=true,registry.insecure=true";
        run(build, "ann", "ann's secret", "", "team/buildkit:1").run();
        assertThat(run(build, "ben", "ben's secret", "", "team/buildkit:2").attempt().exitCode()).isNotZero();
    }

    @Test
    void helmPushesAndPullsAChart() throws IOException {
        String chart = "cd $D && helm registry login --plain-http -u \"$U\" -p \"$P\" $R && helm create chart"
                + " && helm package chart && helm push --plain-http chart-0.1.0.tgz oci://$R/team/charts"
                + " && helm pull --plain-http oci://$R/team/charts/chart --version 0.1.0 --destination chart";
        run("export HELM_REGISTRY_CONFIG=$D/helm.json; " + chart, "ann", "ann's secret", "", "").run();
        assertThat(run("export HELM_REGISTRY_CONFIG=$D/helm.json; " + chart, "ann", "wrong", "", "").attempt().exitCode())
                .isNotZero();
    }
}
