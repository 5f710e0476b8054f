package dev.strata.access.workloads;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.KeySourceException;
import com.nimbusds.jose.RemoteKeySourceException;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.source.JWKSetCacheRefreshEvaluator;
import com.nimbusds.jose.jwk.source.JWKSetSource;
import com.nimbusds.jose.jwk.source.JWKSourceBuilder;
import com.nimbusds.jose.jwk.source.URLBasedJWKSetSource;
import com.nimbusds.jose.proc.JWSKeySelector;
import com.nimbusds.jose.proc.JWSVerificationKeySelector;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jose.util.DefaultResourceRetriever;
import com.nimbusds.jose.util.JSONObjectUtils;
import com.nimbusds.jose.util.ResourceRetriever;
import dev.strata.access.AccessProperties.Issuer;
import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URI;
import java.net.URL;
import java.text.ParseException;
import java.time.Duration;
import java.util.Map;
import java.util.Set;

/** An issuer's keys where it has them. Where no address was given, the issuer says it: OpenID Connect Discovery 1.0. */
public final class IssuerKeys implements JWKSetSource<SecurityContext> {

    /** Those with a public key only: with a shared secret, whoever knows the public key could sign. */
    private static final Set<JWSAlgorithm> ALGORITHMS = Set.of(
            JWSAlgorithm.RS256, JWSAlgorithm.RS384, JWSAlgorithm.RS512,
            JWSAlgorithm.PS256, JWSAlgorithm.PS384, JWSAlgorithm.PS512,
            JWSAlgorithm.ES256, JWSAlgorithm.ES384, JWSAlgorithm.ES512);

    private static final Duration KEPT = Duration.ofMinutes(10);
    private static final Duration FETCHED = Duration.ofSeconds(15);
    /** Between two times that its keys are asked for because a token names one that is not known. */
    private static final Duration SHORTEST_WAIT = Duration.ofSeconds(10);
    /** While its keys cannot be fetched, those that it had are good for so long. */
    private static final Duration OUTAGE = Duration.ofHours(24);

    private static final int PATIENCE_MILLIS = 5_000;
    private static final int LARGEST = 512 * 1024;
    private static final String DISCOVERY = "/.well-known/openid-configuration";

    private final ResourceRetriever retriever = new DefaultResourceRetriever(PATIENCE_MILLIS, PATIENCE_MILLIS, LARGEST);
    private final Issuer issuer;

    private IssuerKeys(Issuer issuer) {
        this.issuer = issuer;
    }

    /** The keys by which an issuer's tokens are verified. They are kept for a while, and longer where it is down. */
    public static JWSKeySelector<SecurityContext> selector(Issuer issuer) {
        var keys = JWKSourceBuilder.create(new IssuerKeys(issuer))
                .cache(KEPT.toMillis(), FETCHED.toMillis())
                .rateLimited(SHORTEST_WAIT.toMillis())
                .outageTolerant(OUTAGE.toMillis())
                .build();
        return new JWSVerificationKeySelector<>(ALGORITHMS, keys);
    }

    @Override
    public JWKSet getJWKSet(JWKSetCacheRefreshEvaluator evaluator, long now, SecurityContext context)
            throws KeySourceException {
        try (JWKSetSource<SecurityContext> keys = new URLBasedJWKSetSource<>(address(), retriever)) {
            return keys.getJWKSet(evaluator, now, context);
        } catch (IOException | ParseException e) {
            throw new RemoteKeySourceException("Where " + issuer.issuer() + " has its keys is not known", e);
        }
    }

    private URL address() throws IOException, ParseException {
        String given = issuer.jwks();
        if (given != null) {
            return url(given);
        }
        String base = issuer.issuer().replaceFirst("/+$", "");
        Map<String, Object> configuration =
                JSONObjectUtils.parse(retriever.retrieveResource(url(base + DISCOVERY)).getContent());
        if (!issuer.issuer().equals(JSONObjectUtils.getString(configuration, "issuer"))) {
            throw new IOException("It calls itself another issuer");
        }
        return JSONObjectUtils.getURI(configuration, "jwks_uri").toURL();
    }

    private static URL url(String text) throws MalformedURLException {
        try {
            return URI.create(text).toURL();
        } catch (IllegalArgumentException e) {
            throw new MalformedURLException(e.getMessage());
        }
    }

    @Override
    public void close() {
        // nothing is held
    }
}
