package dev.strata.storage.bucket;

import dev.strata.storage.StoredBlob;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import software.amazon.awssdk.services.s3.presigner.S3Presigner;

/** Who fetches a blob from the store itself, and under which address. */
final class Redirects implements AutoCloseable {

    private final BucketProperties properties;
    private final boolean forAll;
    private final List<String> agents;
    private final S3Presigner presigner;

    Redirects(BucketClients clients, BucketProperties properties) {
        this.properties = properties;
        List<String> who = properties.redirect();
        // YAML takes the words for true and false.
        this.forAll = who.equals(List.of("on")) || who.equals(List.of("true"));
        this.agents = forAll || who.equals(List.of("off")) || who.equals(List.of("false"))
                ? List.of()
                : who.stream().map(agent -> agent.toLowerCase(Locale.ROOT)).toList();
        this.presigner = clients.presigner();
    }

    /**
     * An address that is good for a while and for this blob only; empty for a client that is not sent there.
     *
     * @param onlyHead whether the client asks by HEAD, which is signed as such
     */
    Optional<URI> address(StoredBlob blob, boolean onlyHead, String userAgent) {
        String agent = userAgent.toLowerCase(Locale.ROOT);
        return forAll || agents.stream().anyMatch(agent::contains)
                ? Optional.of(onlyHead ? head(blob) : get(blob))
                : Optional.empty();
    }

    private URI get(StoredBlob blob) {
        return uri(presigner
                .presignGetObject(signed -> signed.signatureDuration(properties.redirectValidity())
                        .getObjectRequest(get -> get.bucket(properties.requireBucket()).key(key(blob))))
                .url());
    }

    private URI head(StoredBlob blob) {
        return uri(presigner
                .presignHeadObject(signed -> signed.signatureDuration(properties.redirectValidity())
                        .headObjectRequest(head -> head.bucket(properties.requireBucket()).key(key(blob))))
                .url());
    }

    private String key(StoredBlob blob) {
        return properties.prefix() + blob.location();
    }

    private static URI uri(URL url) {
        try {
            return url.toURI();
        } catch (URISyntaxException e) {
            throw new IllegalStateException("A signed address is none", e);
        }
    }

    @Override
    public void close() {
        presigner.close();
    }
}
