package dev.strata;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.strata.access.AccessProperties;
import dev.strata.registry.RegistryProperties;
import dev.strata.storage.StorageProperties;
import dev.strata.storage.StoreProperties;
import dev.strata.storage.bucket.BucketProperties;
import dev.strata.testing.OwnDataDirectory;
import dev.strata.testing.RunningRegistry;
import dev.strata.web.connector.HttpProperties;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** What a start says of settings that it does not take. */
@ExtendWith(OutputCaptureExtension.class)
class SettingsTest {

    private static final Map<String, Class<?>> SETTINGS = Map.of(
            "strata", StorageProperties.class,
            "strata.storage", StoreProperties.class,
            "strata.storage.s3", BucketProperties.class,
            "strata.registry", RegistryProperties.class,
            "strata.http", HttpProperties.class,
            "strata.access", AccessProperties.class);

    @ParameterizedTest
    @CsvSource({
        "strata.min-free, -1B",
        "strata.min-free, much",
        "strata.upload-idle-timeout, 0s",
        "strata.upload-idle-timeout, -1h",
        "strata.upload-idle-timeout, soon",
        "strata.registry.delete, perhaps",
        "strata.registry.sparse-images, whatever",
        "strata.registry.manifest-max-size, 3MB",
        "strata.registry.manifest-max-size, 65MB",
        "strata.registry.manifest-max-size, 3GB",
        "strata.registry.manifest-cache, -1B",
        "strata.registry.tag-list-cache, -1B",
        "strata.http.location, somewhere",
        "strata.http.sendfile, perhaps",
        "strata.http.access-log, perhaps",
        "strata.http.drain-timeout, -1s",
        "strata.storage.kind, tape",
        "strata.storage.s3.connections, 1",
        "strata.storage.s3.deadline, 0s",
        "strata.storage.s3.encryption, rot13",
        "strata.storage.s3.redirect-validity, 1s",
        "strata.access.anonymous, perhaps",
        "strata.access.login, perhaps",
        "strata.access.admin-password, short",
        "strata.access.issuers[0].audience, registry"
    })
    void aBadValueIsRefusedAndItsSettingIsNamed(String setting, String value) {
        Binder binder = new Binder(new MapConfigurationPropertySource(Map.of(setting, value)));
        assertThatThrownBy(() ->
                        SETTINGS.forEach((prefix, properties) -> binder.bindOrCreate(prefix, Bindable.of(properties))))
                .isInstanceOf(BindException.class)
                .satisfiesAnyOf(
                        e -> assertThat(e).rootCause().hasMessageContaining(setting.replaceFirst("\\[.*", "")),
                        e -> assertThat(((BindException) e).getName()).hasToString(setting));
    }

    @ParameterizedTest
    @ValueSource(strings = {"strata.min-free=much", "strata.registry.manifest-max-size=3MB"})
    void aStartWithABadValueEndsInWords(String setting, CapturedOutput output) {
        assertThat(failureOf(setting)).isNotNull();
        assertThat(output.getAll())
                .contains("APPLICATION FAILED TO START")
                .contains(setting.substring(0, setting.indexOf('=')))
                .doesNotContain("\tat org.springframework");
    }

    @ParameterizedTest
    @ValueSource(strings = {"0.0.0.0", ""})
    void anAddressThatOthersReachIsRefusedUntilItIsSaidOutLoud(String address, CapturedOutput output) {
        assertThat(failureOf("server.address=" + address)).isNotNull();
        assertThat(output.getAll())
                .contains("APPLICATION FAILED TO START")
                .contains("--strata.access.anonymous=true")
                .contains("--strata.access.admin-password")
                .contains("--server.address=127.0.0.1");
    }

    @Test
    void anAddressThatOthersReachIsServedWhereThatIsSaidOutLoud() {
        try (RunningRegistry registry = RunningRegistry.start(
                OwnDataDirectory.create(), "server.address=0.0.0.0", "strata.access.anonymous=true")) {
            assertThat(registry.client().get("/v2/").status()).isEqualTo(200);
        }
    }

    @Test
    void anAddressThatOthersReachIsServedWithALoginWhichIsNotLostWithItsSetting(CapturedOutput output) {
        Path data = OwnDataDirectory.create();
        try (RunningRegistry registry =
                RunningRegistry.start(data, "server.address=0.0.0.0", "strata.access.admin-password=long enough")) {
            assertThat(registry.client().get("/v2/").status()).isEqualTo(401);
        }
        assertThat(catchThrowable(() -> RunningRegistry.start(data).close())).isNotNull();
        assertIsToldInWords(output, "--strata.access.login=true");
        try (RunningRegistry registry = RunningRegistry.start(data, "strata.access.login=true")) {
            assertThat(registry.client().get("/v2/").status()).isEqualTo(401);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "strata.nonsense=1, strata.nonsense",
        "strata.acces.anonymous=true, strata.acces.anonymous",
        "strata.registry.deletes=false, strata.registry.deletes",
        "server.port=99999, server.port is 99999"
    })
    void aSettingThatCannotBeIsRefusedInWords(String setting, String named, CapturedOutput output) {
        assertThat(failureOf(setting)).isNotNull();
        assertIsToldInWords(output, named);
    }

    @Test
    void aSettingMayBeWrittenInEveryWayThatSpringReads() {
        try (RunningRegistry registry = RunningRegistry.start(
                OwnDataDirectory.create(), "strata.minFree=1MB", "strata.cache.protected-scopes[0]=main")) {
            assertThat(registry.client().get("/v2/").status()).isEqualTo(200);
        }
    }

    @Test
    void aDataDirectoryThatCannotBeServedIsRefusedInWords(CapturedOutput output) throws Exception {
        Path served = OwnDataDirectory.create();
        try (RunningRegistry registry = RunningRegistry.start(served)) {
            assertThat(catchThrowable(() -> RunningRegistry.start(served))).isNotNull();
            assertIsToldInWords(output, served.toAbsolutePath() + " is served by another process");
            assertThat(registry.client().get("/v2/").status()).isEqualTo(200);
        }
        Path file = Files.createFile(served.resolve("file"));
        assertThat(catchThrowable(() -> RunningRegistry.start(file))).isNotNull();
        assertIsToldInWords(output, file.toAbsolutePath() + " is no directory");
        Path below = file.resolve("below");
        assertThat(catchThrowable(() -> RunningRegistry.start(below))).isNotNull();
        assertIsToldInWords(output, below.toAbsolutePath() + " cannot be written");
    }

    private static void assertIsToldInWords(CapturedOutput output, String words) {
        assertThat(output.getAll())
                .contains("APPLICATION FAILED TO START")
                .contains(words)
                .doesNotContain("\tat org.springframework");
    }

    private static Throwable failureOf(String setting) {
        return catchThrowable(() -> RunningRegistry.start(OwnDataDirectory.create(), setting).close());
    }
}
