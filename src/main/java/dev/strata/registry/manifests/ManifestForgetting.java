package dev.strata.registry.manifests;

import dev.strata.registry.events.ManifestRemoved;
import java.util.function.LongPredicate;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.stereotype.Service;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Takes manifests out of the registry that no repository has. They can be large: one is made unfindable first, so that a
 * push of it makes another row, and then goes piece by piece.
 */
@Service
public class ManifestForgetting {

    private static final int REFERENCES_AT_ONCE = 1_000;

    private final ManifestTable manifests;
    private final ManifestLinkTable links;
    private final ReferenceTable references;
    private final ApplicationEventPublisher events;
    private final TransactionTemplate transactions;

    ManifestForgetting(
            ManifestTable manifests,
            ManifestLinkTable links,
            ReferenceTable references,
            ApplicationEventPublisher events,
            PlatformTransactionManager transactions) {
        this.manifests = manifests;
        this.links = links;
        this.references = references;
        this.events = events;
        this.transactions = new TransactionTemplate(transactions);
        this.transactions.setName("forget a manifest");
    }

    /** Whether any repository has the manifest. */
    public boolean isLinked(long manifestId) {
        return links.isLinked(manifestId);
    }

    /**
     * Makes a manifest unfindable that no repository has, and says whether it is.
     *
     * @param isHeld what keeps a manifest without a link; asked after it was seen that there is none
     */
    public boolean hide(long manifestId, LongPredicate isHeld) {
        return Boolean.TRUE.equals(transactions.execute(status -> {
            if (!manifests.lock(manifestId) || links.isLinked(manifestId) || isHeld.test(manifestId)) {
                return false;
            }
            manifests.hide(manifestId);
            return true;
        }));
    }

    /** Deletes some more of a manifest that is hidden, and says whether that was all. */
    public boolean deleteSome(long manifestId) {
        return Boolean.TRUE.equals(transactions.execute(status -> {
            if (!manifests.lock(manifestId) || !manifests.isHidden(manifestId)) {
                return true;
            }
            if (references.deleteLast(manifestId, REFERENCES_AT_ONCE)) {
                return false;
            }
            manifests.delete(manifestId);
            events.publishEvent(new ManifestRemoved(manifestId));
            return true;
        }));
    }
}
