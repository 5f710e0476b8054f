package dev.strata.access.oidc;

import com.nimbusds.jwt.SignedJWT;
import dev.strata.access.AccessProperties;
import dev.strata.access.callers.Proven;
import dev.strata.access.people.Described;
import dev.strata.access.people.People;
import java.text.ParseException;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataIntegrityViolationException;

/** The issuers at which people log in, in the order of the settings. */
public final class Providers {

    private static final Logger log = LoggerFactory.getLogger(Providers.class);
    private static final int LONGEST_TOKEN = 16 * 1024;

    private final Map<String, Provider> byName = new LinkedHashMap<>();
    private final People people;

    Providers(List<AccessProperties.Issuer> issuers, People people, Clock clock) {
        this.people = people;
        List<AccessProperties.Issuer> withClient =
                issuers.stream().filter(issuer -> !issuer.clientId().isEmpty()).toList();
        if (!withClient.isEmpty()) {
            IssuerHttp http = new IssuerHttp();
            withClient.forEach(issuer -> byName.put(issuer.name(), new Provider(issuer, http, clock)));
        }
    }

    Optional<Provider> find(String name) {
        return Optional.ofNullable(byName.get(name));
    }

    /** How they are set up. */
    public List<AccessProperties.Issuer> all() {
        return byName.values().stream().map(Provider::settings).toList();
    }

    /** Whether a text says that it is a token which the command line got at one of them; good or not. */
    public boolean concern(String text) {
        return parse(text).flatMap(this::issuerOf).isPresent();
    }

    /** Who logged in with the command line. What their issuer says of them is kept. */
    public Optional<Proven> check(String text) {
        Optional<SignedJWT> token = parse(text);
        Optional<Provider> provider = token.flatMap(this::issuerOf);
        if (provider.isEmpty()) {
            return Optional.empty();
        }
        try {
            return note(provider.get().check(token.orElseThrow()));
        } catch (FailedLoginException e) {
            log.warn("A login at {} with the command line is refused: {}", provider.get().settings().name(), e.getMessage());
            return Optional.empty();
        }
    }

    /** Keeps what an issuer says of somebody; absent where they have no name that can be kept. */
    Optional<Proven> note(Described person) {
        try {
            return people.note(person);
        } catch (DataIntegrityViolationException e) {
            return people.note(person); // they log in twice at once, for the first time
        }
    }

    private static Optional<SignedJWT> parse(String text) {
        try {
            return text.length() > LONGEST_TOKEN ? Optional.empty() : Optional.of(SignedJWT.parse(text));
        } catch (ParseException e) {
            return Optional.empty(); // it is none
        }
    }

    private Optional<Provider> issuerOf(SignedJWT token) {
        try {
            String iss = String.valueOf(token.getJWTClaimsSet().getIssuer());
            List<String> audience = token.getJWTClaimsSet().getAudience();
            return byName.values().stream()
                    .filter(provider -> provider.settings().issuer().equals(iss)
                            && provider.settings().commandLineClient().filter(audience::contains).isPresent())
                    .findFirst();
        } catch (ParseException e) {
            return Optional.empty();
        }
    }
}
