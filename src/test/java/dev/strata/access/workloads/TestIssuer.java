package dev.strata.access.workloads;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSObject;
import com.nimbusds.jose.Payload;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.apache.commons.codec.digest.DigestUtils;

/**
 * An issuer of tokens, as a CI platform is one, at which people can log in too: whoever comes is logged in without a
 * question. It can change its keys, lose its server, and sign what it should not.
 */
public final class TestIssuer implements AutoCloseable {

    private final HttpServer server;
    private final AtomicInteger fetches = new AtomicInteger();
    private volatile List<RSAKey> keys;
    private final Map<String, Code> codes = new ConcurrentHashMap<>();
    private volatile UnaryOperator<JWTClaimsSet.Builder> person = UnaryOperator.identity();
    private volatile String signature = "";
    private volatile boolean isLax;
    private volatile boolean isDown;

    public TestIssuer() {
        this(newKey());
    }

    /** One with a key that is there already: it takes most of a second to make one. */
    TestIssuer(RSAKey key) {
        this.keys = List.of(key);
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        serve("/keys", () -> new JWKSet(new ArrayList<JWK>(keys)).toString());
        serve("/.well-known/openid-configuration", () ->
                ("{\"issuer\":\"$\",\"jwks_uri\":\"$/keys\",\"authorization_endpoint\":\"$/authorize\","
                                + "\"token_endpoint\":\"$/token\",\"response_types_supported\":[\"code\"],"
                                + "\"subject_types_supported\":[\"public\"],"
                                + "\"authorization_response_iss_parameter_supported\":true,"
                                + "\"id_token_signing_alg_values_supported\":[\"RS256\"]}")
                        .replace("$", issuer()));
        server.createContext("/authorize", this::authorize);
        server.createContext("/token", this::exchange);
        server.start();
    }

    private interface Document {
        String text();
    }

    private void serve(String path, Document document) {
        server.createContext(path, exchange -> {
            fetches.incrementAndGet();
            byte[] body = document.text().getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.sendResponseHeaders(isDown ? 503 : 200, body.length);
            try (var out = exchange.getResponseBody()) {
                out.write(body);
            }
        });
    }

    /** What a code stands for: RFC 6749, section 4.1.3; RFC 7636, section 4.5. */
    private record Code(Map<String, String> asked) {}

    private void authorize(HttpExchange exchange) throws IOException {
        Map<String, String> asked = form(exchange.getRequestURI().getRawQuery());
        String code = UUID.randomUUID().toString();
        codes.put(code, new Code(asked));
        String redirect = asked.get("redirect_uri");
        exchange.getResponseHeaders()
                .set("Location", redirect + (redirect.contains("?") ? "&" : "?") + "code=" + code + "&state="
                        + URLEncoder.encode(asked.getOrDefault("state", ""), StandardCharsets.UTF_8) + "&iss="
                        + URLEncoder.encode(issuer(), StandardCharsets.UTF_8));
        exchange.sendResponseHeaders(302, -1);
        exchange.close();
    }

    private void exchange(HttpExchange exchange) throws IOException {
        Map<String, String> asked =
                form(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
        Code code = codes.remove(asked.getOrDefault("code", ""));
        boolean isGood = code != null
                && asked.getOrDefault("redirect_uri", "").equals(code.asked.get("redirect_uri"))
                && (isLax || challenge(asked.getOrDefault("code_verifier", "")).equals(code.asked.get("code_challenge")));
        String answer = isGood ? "{\"token_type\":\"Bearer\",\"access_token\":\"x\",\"id_token\":\"" + idToken(code) + "\"}"
                : "{\"error\":\"invalid_grant\"}";
        byte[] body = answer.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(isDown ? 503 : isGood ? 200 : 400, body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    private String idToken(Code code) {
        JWTClaimsSet claims = person.apply(
                        claims(code.asked.get("client_id")).subject("somebody").claim("nonce", code.asked.get("nonce")))
                .build();
        return switch (signature) {
            case "unknown key" -> sign(claims, newKey());
            case "public key as a secret" -> signWithThePublicKey(claims);
            case "not signed" -> notSigned(claims);
            default -> sign(claims);
        };
    }

    private static String challenge(String verifier) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(DigestUtils.sha256(verifier));
    }

    private static Map<String, String> form(String text) {
        Map<String, String> form = new HashMap<>();
        for (String pair : text.split("&")) {
            int equals = pair.indexOf('=');
            form.put(
                    pair.substring(0, equals),
                    URLDecoder.decode(pair.substring(equals + 1), StandardCharsets.UTF_8));
        }
        return form;
    }

    /** What it says of whoever logs in from now on. */
    public void setPerson(UnaryOperator<JWTClaimsSet.Builder> person) {
        this.person = person;
    }

    /** Has it let codes pass for logins that they are not of, as an issuer does that knows no PKCE. */
    public void setLax(boolean isLax) {
        this.isLax = isLax;
    }

    /** With what it signs. */
    public void setSignature(String signature) {
        this.signature = signature;
    }

    /** Has it behave again. */
    public void reset() {
        person = UnaryOperator.identity();
        signature = "";
        isLax = false;
        isDown = false;
    }

    public String issuer() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    /** How often somebody asked for a document. */
    public int fetches() {
        return fetches.get();
    }

    public void setDown(boolean isDown) {
        this.isDown = isDown;
    }

    /** Signs with a new key from now on; the one before is no longer told. */
    public void rotate() {
        keys = List.of(newKey());
    }

    static RSAKey newKey() {
        try {
            return new RSAKeyGenerator(2048).keyID(UUID.randomUUID().toString()).generate();
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    public RSAKey key() {
        return keys.getFirst();
    }

    /** Claims that are good for five minutes, for an audience. */
    public JWTClaimsSet.Builder claims(String audience) {
        Instant now = Instant.now();
        return new JWTClaimsSet.Builder()
                .issuer(issuer())
                .audience(audience)
                .subject("repo:acme/web:ref:refs/heads/main")
                .issueTime(Date.from(now))
                .notBeforeTime(Date.from(now))
                .expirationTime(Date.from(now.plusSeconds(300)))
                .claim("repository", "acme/web")
                .claim("ref", "refs/heads/main")
                .claim("kubernetes.io", Map.of("namespace", "ci", "pod", Map.of("name", "runner-1")));
    }

    public String sign(JWTClaimsSet claims) {
        return sign(claims, key());
    }

    static String sign(JWTClaimsSet claims, RSAKey key) {
        return sign(claims.toString(), key);
    }

    /** @param claims as they are written, which can be what no library writes */
    static String sign(String claims, RSAKey key) {
        try {
            JWSObject token = new JWSObject(
                    new JWSHeader.Builder(JWSAlgorithm.RS256).keyID(key.getKeyID()).build(), new Payload(claims));
            token.sign(new RSASSASigner(key));
            return token.serialize();
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    /** With the public key in the place of a secret, which whoever takes the algorithm from the token would accept. */
    String signWithThePublicKey(JWTClaimsSet claims) {
        try {
            byte[] secret = key().toPublicKey().getEncoded();
            SignedJWT token = new SignedJWT(
                    new JWSHeader.Builder(JWSAlgorithm.HS256).keyID(key().getKeyID()).build(), claims);
            token.sign(new MACSigner(secret));
            return token.serialize();
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    String notSigned(JWTClaimsSet claims) {
        return new PlainJWT(claims).serialize();
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
