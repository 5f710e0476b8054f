package dev.strata.access.workloads;

import com.nimbusds.jose.KeySourceException;
import com.nimbusds.jose.RemoteKeySourceException;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.source.JWKSetCacheRefreshEvaluator;
import com.nimbusds.jose.jwk.source.JWKSetSource;
import com.nimbusds.jose.jwk.source.URLBasedJWKSetSource;
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
import java.util.Map;

/** An issuer's keys where it has them. Where no address was given, the issuer says it: OpenID Connect Discovery 1.0. */
final class IssuerKeys implements JWKSetSource<SecurityContext> {

    private static final int PATIENCE_MILLIS = 5_000;
    private static final int LARGEST = 512 * 1024;
    private static final String DISCOVERY = "/.well-known/openid-configuration";

    private final ResourceRetriever retriever = new DefaultResourceRetriever(PATIENCE_MILLIS, PATIENCE_MILLIS, LARGEST);
    private final Issuer issuer;

    IssuerKeys(Issuer issuer) {
        this.issuer = issuer;
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
