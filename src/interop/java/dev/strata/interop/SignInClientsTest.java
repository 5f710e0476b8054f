package dev.strata.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Every client signs in, and gets what it may have: its own pulls and pushes, and what is public without a login. */
@ExtendWith(SignInRegistry.Shared.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class SignInClientsTest {

    /** How clients say that somebody is not who they say. */
    private static final String NOT_AUTHORIZED = "(?is).*(unauthorized|authentication required|401|invalid username/password).*";

    @TempDir
    static Path directory;

    private final SignInRegistry registry;

    private @Nullable LongPushes longPushes;

    SignInClientsTest(SignInRegistry registry) {
        this.registry = registry;
    }

    @BeforeAll
    void fill() throws IOException {
        longPushes = LongPushes.start(registry);
        ClientUser admin = ClientUser.of(registry, "admin");
        for (String namespace : new String[] {"public", "team", "secret"}) {
            Path context = Files.createDirectory(directory.resolve(namespace));
            Files.writeString(context.resolve("greeting"), "hello from " + namespace);
            Files.writeString(context.resolve("Dockerfile"), "FROM scratch\nCOPY greeting /\n");
            admin.types(
                            SignedInClient.DOCKER.login() + " && docker build -t $R/$N/base:1 " + context
                                    + " && docker push $R/$N/base:1",
                            namespace,
                            "")
                    .run();
            admin.types(
                            SignedInClient.HELM.login() + " && cd " + context
                                    + " && helm create base && helm package --version 1.0.0 base"
                                    + " && helm push --plain-http base-1.0.0.tgz oci://$R/$N/charts",
                            namespace,
                            "")
                    .run();
        }
    }

    @AfterAll
    void close() {
        if (longPushes != null) {
            longPushes.close();
        }
    }

    private static String repository(SignedInClient client, String purpose) {
        return "team/" + client.name().toLowerCase(Locale.ROOT) + "-" + purpose;
    }

    @ParameterizedTest
    @EnumSource
    @Order(1)
    void whoeverPullsGetsWhatIsPublicAndWhatTheyMayRead(SignedInClient client) {
        ClientUser nobody = ClientUser.of(registry, "");
        ClientUser ben = ClientUser.of(registry, "ben");

        nobody.types(client.pull(), "public", "").run();
        assertThat(nobody.can(client.pull(), "team", "")).as("pull of what is private").isFalse();
        ben.types(client.login() + " && " + client.pull(), "team", "").run();
        ben.types(client.pull(), "public", "").run();
        assertThat(ben.can(client.pull(), "secret", "")).as("pull of what is others'").isFalse();
    }

    @ParameterizedTest
    @EnumSource
    @Order(2)
    void whoeverPushesMayDoThat(SignedInClient client) {
        String target = repository(client, "pushed");
        ClientUser ann = ClientUser.of(registry, "ann");
        ClientUser ben = ClientUser.of(registry, "ben");

        ann.types(client.login() + " && " + client.push(), "", target).run();
        assertThat(registry.has(client.pushed(target), client.tag())).isTrue();
        if (client.mounts()) {
            await("what the registry linked").untilAsserted(
                    () -> assertThat(registry.audited("mounted", client.pushed(target))).isNotEmpty());
        }

        String refused = repository(client, "refused");
        assertThat(ben.can(client.login() + " && " + client.push(), "", refused)).as("push of who may pull").isFalse();
        assertThat(registry.has(client.pushed(refused), client.tag())).isFalse();
    }

    @ParameterizedTest
    @EnumSource
    @Order(3)
    void aRobotThatOnlyReadsPushesNothing(SignedInClient client) {
        ClientUser robot = ClientUser.at(registry.address(), "robot", registry.robot());
        String target = repository(client, "robot");

        robot.types(client.login() + " && " + client.pull(), "team", "").run();
        assertThat(robot.can(client.login() + " && " + client.push(), "", target)).isFalse();
        assertThat(registry.has(client.pushed(target), client.tag())).isFalse();
    }

    @ParameterizedTest
    @EnumSource
    @Order(4)
    void aWrongPasswordIsSaidToBeWrong(SignedInClient client) {
        // An account for each, since too many wrong passwords slow an account down.
        ClientUser wrong = ClientUser.at(registry.address(), client.name().toLowerCase(Locale.ROOT), "wrong");

        Command.Output output = wrong.types(client.login() + " && " + client.pull(), "team", "").attempt();

        assertThat(output.exitCode()).isNotZero();
        assertThat(output.all()).matches(NOT_AUTHORIZED);
    }

    static Stream<SignedInClient> deleting() {
        return Stream.of(SignedInClient.values()).filter(client -> client.delete().isPresent());
    }

    @ParameterizedTest
    @MethodSource("deleting")
    @Order(5)
    void whoMayNotDeleteDeletesNothing(SignedInClient client) {
        ClientUser ann = ClientUser.of(registry, "ann");

        assertThat(ann.can(client.login() + " && " + client.delete().orElseThrow(), "team", "")).isFalse();

        assertThat(registry.has("team/base", "1")).isTrue();
    }

    /** The clients that remember where they have a layer from ask for it from there, whoever pushes. */
    @ParameterizedTest
    @EnumSource(names = {"DOCKER", "PODMAN", "SKOPEO", "CONTAINERD"})
    @Order(6)
    void whatMayNotBeReadIsSentAndNotLinked(SignedInClient client) {
        String target = repository(client, "sent");
        String push = switch (client) {
            case DOCKER -> "docker tag $R/$N/base:1 $R/$T:1 && docker push $R/$T:1";
            case PODMAN -> "podman push --tls-verify=false $R/$N/base:1 $R/$T:1";
            case SKOPEO -> "skopeo copy --dest-tls-verify=false dir:$PULLED docker://$R/$T:1";
            default -> "ctr images push --plain-http -u \"$U:$P\" $R/$T:1 $R/$N/base:1";
        };
        ClientUser admin = ClientUser.of(registry, "admin");
        ClientUser ann = ClientUser.of(registry, "ann");
        admin.types(client.login() + " && " + client.pull(), "secret", "").run();

        ann.types(client.login() + " && " + push, "secret", target)
                .with("PULLED", admin.directory().resolve("pulled").toString())
                .run();

        await("what is kept of the push").until(() -> !registry.audited("pushed", target).isEmpty());
        assertThat(registry.audited("mounted", target)) // from elsewhere, what others pushed may be linked
                .noneMatch(event -> event.toString().contains("secret/base"));
    }

    @ParameterizedTest
    @EnumSource(names = {"DOCKER", "PODMAN", "SKOPEO", "CRANE", "ORAS", "BUILDKIT"})
    @Order(7)
    void aPushThatOutlivesItsTokenEndsWell(SignedInClient client) throws Exception {
        LongPushes.Ended push = Objects.requireNonNull(longPushes).ended(client);

        assertThat(push.output().exitCode()).as(push.output().toString()).isZero();
        assertThat(push.time()).isGreaterThan(LongPushes.LEAST);
        assertThat(registry.has(LongPushes.repository(client), "1")).isTrue();
    }
}
