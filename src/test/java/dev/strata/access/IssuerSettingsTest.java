package dev.strata.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

/** Which issuers can be set up. */
class IssuerSettingsTest {

    private static AccessProperties.Issuer issuer(String settings) {
        Map<String, String> values = new HashMap<>();
        for (String setting : settings.split(" ")) {
            String[] pair = setting.split("=", 2);
            values.put("strata.access.issuers[0]." + pair[0], pair[1]);
        }
        return new Binder(new MapConfigurationPropertySource(values))
                .bindOrCreate("strata.access", AccessProperties.class)
                .issuers()
                .getFirst();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            issuer=https://a.example                                                  | an audience or a client-id
            audience=x                                                                | needs an issuer
            issuer=https://a.example client-id=strata                                 | needs a name
            issuer=https://a.example client-id=strata name=a/b                        | needs a name
            issuer=http://a.example client-id=strata name=corp                        | without https
            issuer=http://127.0.0.1.a.example client-id=strata name=corp              | without https
            issuer=http://localhost.a.example client-id=strata name=corp              | without https
            issuer=https://a.example client-id=strata name=corp audience=strata       | audience of workloads
            issuer=https://a.example client-id=strata name=corp audience=c cli-client-id=c | audience of workloads
            issuer=https://a.example audience=x client-secret=y                       | without a client-id
            issuer=https://a.example audience=x cli-client-id=y                       | without a client-id
            """)
    void oneThatWouldNotBeSafeIsRefused(String settings, String why) {
        assertThatThrownBy(() -> issuer(settings)).rootCause().hasMessageContaining(why);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', nullValues = "-", textBlock = """
            issuer=https://a.example audience=x                                       | -
            issuer=https://a.example client-id=strata name=corp                       | strata
            issuer=https://a.example client-id=strata name=corp cli-client-id=cli     | cli
            issuer=https://a.example client-id=strata name=corp client-secret=y       | -
            issuer=http://127.0.0.1:1/x client-id=strata name=corp client-secret=y cli-client-id=cli | cli
            """)
    void theCommandLineHasAClientWithoutASecret(String settings, @Nullable String client) {
        assertThat(issuer(settings).commandLineClient().orElse("-")).isEqualTo(client == null ? "-" : client);
    }

    @Test
    void noSecretGetsIntoALog() {
        assertThat(issuer("issuer=https://a.example client-id=strata name=corp client-secret=hidden").toString())
                .doesNotContain("hidden");
    }
}
