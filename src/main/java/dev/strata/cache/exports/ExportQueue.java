package dev.strata.cache.exports;

import dev.strata.cache.CacheProperties;
import dev.strata.database.work.Work;
import dev.strata.database.work.WorkQueue;
import dev.strata.oci.Digest;
import dev.strata.oci.RepositoryName;
import dev.strata.oci.Tag;
import dev.strata.problem.Problem;
import dev.strata.problem.RegistryException;
import dev.strata.registry.events.CacheExported;
import dev.strata.registry.events.CacheTaken;
import dev.strata.registry.manifests.DocumentMemory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;

/**
 * What builders exported is added to its tag before the push is answered, so that the next builder finds it. Where that fails,
 * or the process ends, it is done some time later: it is noted in the transaction of the push.
 */
@Component
class ExportQueue implements Work {

    private static final Logger log = LoggerFactory.getLogger(ExportQueue.class);

    private static final String NAME = "merge-exported-caches";
    /** Longer than the push itself needs for it. */
    private static final Duration LATER = Duration.ofSeconds(15);
    private static final Duration MEMORY_IS_TAKEN = Duration.ofSeconds(5);

    private final WorkQueue queue;
    private final ExportMerges merges;
    private final ExportForgetting forgetting;
    private final DocumentMemory documents;
    private final CacheProperties properties;

    ExportQueue(
            WorkQueue queue,
            ExportMerges merges,
            ExportForgetting forgetting,
            DocumentMemory documents,
            CacheProperties properties) {
        this.queue = queue;
        this.merges = merges;
        this.forgetting = forgetting;
        this.documents = documents;
        this.properties = properties;
    }

    @Override
    public String name() {
        return NAME;
    }

    @EventListener
    void note(CacheExported exported) {
        queue.add(NAME, subject(exported.repository(), exported.tag(), exported.digest()), LATER);
        forgetting.note(exported.repository(), exported.digest(), properties.ttl());
    }

    private static String subject(RepositoryName repository, Tag tag, Digest digest) {
        return repository + ":" + tag.name() + "@" + digest;
    }

    /** The push is durable and acknowledged, whatever comes of this: it is tried again, and set aside where it cannot be done. */
    @EventListener
    void merge(CacheTaken taken) {
        for (Tag tag : taken.tags()) {
            try {
                documents.apart(() -> {
                    merge(taken.repository(), tag, taken.digest());
                    return tag;
                });
                queue.remove(NAME, subject(taken.repository(), tag, taken.digest()));
            } catch (RuntimeException | StackOverflowError e) {
                log.warn("{} of {} gets what was exported later", tag, taken.repository(), e);
            }
        }
    }

    @Override
    public Outcome doNext(Item item) {
        int colon = item.subject().indexOf(':');
        int at = item.subject().indexOf('@');
        try {
            merge(
                    RepositoryName.of(item.subject().substring(0, colon)),
                    Tag.of(item.subject().substring(colon + 1, at)),
                    Digest.of(item.subject().substring(at + 1)));
            return new Outcome.Done();
        } catch (RegistryException e) {
            if (e.problem() == Problem.CONTENDED) {
                return new Outcome.Later(MEMORY_IS_TAKEN);
            }
            throw e;
        }
    }

    private void merge(RepositoryName repository, Tag tag, Digest digest) {
        try {
            merges.merge(repository, tag, digest).forEach(sum -> forgetting.noteSum(repository, sum));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
