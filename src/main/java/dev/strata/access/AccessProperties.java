package dev.strata.access;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.ConstructorBinding;
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
     * Whose tokens show who a workload is, or where people log in.
     *
     * @param name as grants name it; what {@code issuer} says, where it has none. Where people log in it is a word
     * @param issuer the exact value of the claim {@code iss}
     * @param audience that the claim {@code aud} of a workload's token must have; empty where it has no workloads
     * @param jwks where its keys are: a URL, {@code file:} too. Absent where the issuer tells it, as OpenID Connect
     *     Discovery 1.0 has it
     * @param title as the page calls it
     * @param clientId what this registry is called there; empty where no people log in
     * @param clientSecret that goes with it; absent where the client is public
     * @param cliClientId what the command line is called there, which keeps no secret; empty where it is the same client
     * @param scopes that are asked for
     * @param nameClaim the claim that names people, and never two of them alike
     * @param groupsClaim the claim that has their groups; empty where none does
     */
    public record Issuer(
            @DefaultValue("") String name,
            @DefaultValue("") String issuer,
            @DefaultValue("") String audience,
            @Nullable String jwks,
            @DefaultValue("") String title,
            @DefaultValue("") String clientId,
            @Nullable String clientSecret,
            @DefaultValue("") String cliClientId,
            @DefaultValue("openid profile email") String scopes,
            @DefaultValue("sub") String nameClaim,
            @DefaultValue("") String groupsClaim) {

        private static final Pattern WORD = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,62}");
        private static final Pattern SAFE = Pattern.compile("https://.+|http://(?:localhost|127\\.[0-9.]+|\\[::1])(?:[:/].*)?");

        @ConstructorBinding
        public Issuer {
            if (issuer.isBlank() || audience.isBlank() && clientId.isBlank()) {
                throw new IllegalArgumentException(
                        "Each of strata.access.issuers needs an issuer, and an audience or a client-id");
            }
            name = name.isBlank() ? issuer : name;
            title = title.isBlank() ? name : title;
            if (!clientId.isBlank()) {
                requireClient(name, issuer);
                // Or a token by which somebody logged in would be taken for a workload's.
                if (!audience.isBlank() && (audience.equals(clientId) || audience.equals(cliClientId))) {
                    throw new IllegalArgumentException(
                            "strata.access.issuers has a client-id that is the audience of workloads too");
                }
            } else if (clientSecret != null || !cliClientId.isBlank()) {
                throw new IllegalArgumentException("strata.access.issuers has a client without a client-id");
            }
        }

        private static void requireClient(String name, String issuer) {
            if (!WORD.matcher(name).matches()) {
                throw new IllegalArgumentException(
                        "strata.access.issuers needs a name, of letters, digits and . _ -, where it has a client-id");
            }
            if (!SAFE.matcher(issuer).matches()) {
                throw new IllegalArgumentException("strata.access.issuers has a client-id at an issuer without https");
            }
        }

        /** One that has workloads only. */
        public Issuer(String name, String issuer, String audience, @Nullable String jwks) {
            this(name, issuer, audience, jwks, "", "", null, "", "openid", "sub", "");
        }

        /** The client without a secret that the command line is; absent where people cannot log in with it. */
        public Optional<String> commandLineClient() {
            String own = cliClientId.isBlank() && clientSecret == null ? clientId : cliClientId;
            return Optional.of(own).filter(client -> !client.isBlank());
        }

        /** Without the secret. */
        @Override
        public String toString() {
            return "Issuer[name=" + name + ", issuer=" + issuer + ", audience=" + audience + ", clientId=" + clientId + "]";
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
