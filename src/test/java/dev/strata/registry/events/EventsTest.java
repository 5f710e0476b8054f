package dev.strata.registry.events;

import static dev.strata.testing.RegistryClient.blob;
import static dev.strata.testing.RegistryClient.manifest;
import static org.assertj.core.api.Assertions.assertThat;

import dev.strata.oci.Digest;
import dev.strata.testing.Content;
import dev.strata.testing.ManifestJson;
import dev.strata.testing.RegistryClient;
import dev.strata.testing.RegistryTest;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.context.ApplicationListener;
import org.springframework.context.PayloadApplicationEvent;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/** What others hear of changes, which is all that they need to keep account of them. */
@RegistryTest
@Import(EventsTest.Listener.class)
class EventsTest {

    @Autowired
    RegistryClient registry;

    @Autowired
    List<String> heard;

    @BeforeEach
    void forget() {
        heard.clear();
    }

    @Test
    void aBlobIsToldApartByHowItCame() {
        Digest digest = registry.pushBlob("events/blob", Content.random(700, 10));
        registry.pushBlob("events/blob", Content.random(700, 10));
        registry.pushBlob("events/other", Content.random(700, 10));
        registry.post("/v2/events/third/blobs/uploads/?mount=" + digest + "&from=events/other");
        registry.delete(blob("events/blob", digest));
        registry.delete(blob("events/blob", digest));
        assertThat(heard)
                .containsExactly(
                        "linked events/blob 10 stored linked",
                        "linked events/blob 10",
                        "linked events/other 10 linked",
                        "linked events/third 10 linked mounted",
                        "unlinked events/blob 10");
    }

    @Test
    void aTagIsToldWhereItPointedBefore() {
        ManifestJson first = registry.pushBlobsOf("events/tags", 1);
        ManifestJson second = registry.pushBlobsOf("events/tags", 2);
        heard.clear();
        registry.pushManifest("events/tags", "a", first);
        registry.pushManifest("events/tags", "a", first);
        registry.pushManifest("events/tags", "a", second);
        registry.put(
                manifest("events/tags", second.digest()) + "?tag=c&tag=b",
                second.bytes(),
                "Content-Type",
                second.mediaType().value());
        registry.delete(manifest("events/tags", "b"));
        registry.delete(manifest("events/tags", second.digest()));
        assertThat(heard)
                .containsExactly(
                        "pushed " + first.digest() + " stored linked",
                        "a: nothing -> " + first.digest(),
                        "pushed " + first.digest(),
                        "pushed " + second.digest() + " stored linked",
                        "a: " + first.digest() + " -> " + second.digest(),
                        "pushed " + second.digest(),
                        "b: nothing -> " + second.digest(),
                        "c: nothing -> " + second.digest(),
                        "b: deleted from " + second.digest(),
                        "a: deleted from " + second.digest(),
                        "c: deleted from " + second.digest(),
                        "deleted " + second.digest());
    }

    @TestConfiguration(proxyBeanMethods = false)
    static class Listener {

        @Bean
        List<String> heard() {
            return new ArrayList<>();
        }

        @Bean
        ApplicationListener<PayloadApplicationEvent<?>> listener(List<String> heard) {
            List<Digest> manifests = new ArrayList<>();
            List<Long> ids = new ArrayList<>();
            return event -> {
                if (!event.getPayload().getClass().getPackage().equals(BlobLinked.class.getPackage())) {
                    return; // one of Spring's own
                }
                assertThat(TransactionSynchronizationManager.isActualTransactionActive()).isTrue();
                heard.add(
                        switch (event.getPayload()) {
                            case BlobLinked linked ->
                                "linked " + linked.repository() + " " + linked.size()
                                        + (linked.stored() ? " stored" : "")
                                        + (linked.linked() ? " linked" : "")
                                        + (linked.isSent() ? "" : " mounted");
                            case BlobUnlinked unlinked -> "unlinked " + unlinked.repository() + " " + unlinked.size();
                            case ManifestPushed pushed -> {
                                manifests.add(pushed.digest());
                                ids.add(pushed.manifestId());
                                yield "pushed " + pushed.digest()
                                        + (pushed.stored() ? " stored" : "")
                                        + (pushed.linked() ? " linked" : "");
                            }
                            case ManifestDeleted deleted -> "deleted " + deleted.digest();
                            case TagMoved moved ->
                                moved.tag() + ": "
                                        + (moved.from().isEmpty()
                                                ? "nothing"
                                                : manifests.get(ids.indexOf(moved.from().getAsLong())))
                                        + " -> " + manifests.get(ids.indexOf(moved.to()));
                            case TagDeleted deleted ->
                                deleted.tag() + ": deleted from " + manifests.get(ids.indexOf(deleted.manifestId()));
                            default -> throw new IllegalStateException("Unknown: " + event.getPayload());
                        });
            };
        }
    }
}
