package dev.strata.access;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.core.env.PropertyResolver;

/**
 * Who may use the registry.
 *
 * @param anonymous whether it may be bound to an address that other machines reach, for everyone to read and write
 * @param login whether people sign in, also where no other setting says so
 * @param adminPassword of the account {@code admin}, which the first start creates; absent where there is to be none
 * @param htpasswd a file of names and bcrypt hashes, read again when it changes; absent where there is none
 * @param issuers whose tokens are accepted
 */
@ConfigurationProperties("strata.access")
public record AccessProperties(
        @DefaultValue("false") boolean anonymous,
        @DefaultValue("false") boolean login,
        @Nullable String adminPassword,
        @Nullable Path htpasswd,
        @DefaultValue List<Issuer> issuers) {

    /** As many as bcrypt reads. */
    private static final int LONGEST_PASSWORD = 72;

    private static final int SHORTEST_PASSWORD = 8;

    public AccessProperties {
        issuers = List.copyOf(issuers);
        if (adminPassword != null && !isPassword(adminPassword)) {
            throw new IllegalArgumentException("strata.access.admin-password must have 8 to 72 bytes");
        }
        Set<String> seen = new HashSet<>();
        for (Issuer issuer : issuers) {
            if (!seen.add(issuer.issuer()) | !seen.add("name " + issuer.name())) {
                throw new IllegalArgumentException("strata.access.issuers has one issuer or one name twice");
            }
        }
    }

    /**
     * Whose tokens show who a workload is.
     *
     * @param name as grants name it; what {@code issuer} says, where it has none
     * @param issuer the exact value of the claim {@code iss}
     * @param audience that the claim {@code aud} must have
     * @param jwks where its keys are: a URL, {@code file:} too. Absent where the issuer tells it, as OpenID Connect
     *     Discovery 1.0 has it
     */
    public record Issuer(
            @DefaultValue("") String name,
            @DefaultValue("") String issuer,
            @DefaultValue("") String audience,
            @Nullable String jwks) {

        public Issuer {
            if (issuer.isBlank() || audience.isBlank()) {
                throw new IllegalArgumentException("Each of strata.access.issuers needs an issuer and an audience");
            }
            name = name.isBlank() ? issuer : name;
        }
    }

    /**
     * Whether somebody can sign in.
     *
     * @param settings of the server, which may have clients show certificates
     */
    public boolean hasLogin(PropertyResolver settings) {
        String clientAuthentication = settings.getProperty("server.ssl.client-auth", "none");
        return login
                || adminPassword != null
                || htpasswd != null
                || !issuers.isEmpty()
                || !clientAuthentication.equalsIgnoreCase("none");
    }

    /** Whether a password is neither too short nor longer than what bcrypt reads. */
    public static boolean isPassword(String text) {
        int length = text.getBytes(StandardCharsets.UTF_8).length;
        return length >= SHORTEST_PASSWORD && length <= LONGEST_PASSWORD && text.indexOf('\0') < 0;
    }

    /** Without the password. */
    @Override
    public String toString() {
        return "AccessProperties[anonymous=" + anonymous + ", login=" + login + ", htpasswd=" + htpasswd + ", issuers="
                + issuers + "]";
    }
}
