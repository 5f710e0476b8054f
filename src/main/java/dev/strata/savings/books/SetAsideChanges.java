package dev.strata.savings.books;

import dev.strata.database.work.SetAside;
import dev.strata.database.work.Work;
import dev.strata.database.work.WorkQueue;
import java.util.List;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/**
 * Changes that could not be folded. Each is set aside as the blob or manifest that it was about, and makes way for the
 * rest; later that is compared with what the registry has then, which brings all its changes into the books at once.
 */
@Component
public class SetAsideChanges implements Work {

    private static final String NAME = "savings-repair";
    private static final String BLOB = "blob";
    private static final String MANIFEST = "manifest";

    private final WorkQueue queue;
    private final ChangeNotes notes;

    SetAsideChanges(WorkQueue queue, ChangeNotes notes) {
        this.queue = queue;
        this.notes = notes;
    }

    @Override
    public String name() {
        return NAME;
    }

    /** How many blobs and manifests are not in the figures as they should be; counted up to 10,000. */
    public long count() {
        return queue.setAside(NAME);
    }

    /** Some of them. */
    public List<SetAside> list(int limit) {
        return queue.setAside(NAME, "", limit);
    }

    /** Has all of them compared with what the registry has. */
    public void retry() {
        queue.retry(NAME);
    }

    /** Takes a change out of the way. */
    @Transactional
    public void setAside(Note note, String reason) {
        boolean blob = switch (note.kind()) {
            case BLOB_LINKED, BLOB_UNLINKED, BLOB_COMPARED, BLOB_REMOVED -> true;
            case MANIFEST_PUSHED, MANIFEST_DELETED, MANIFEST_COMPARED, MANIFEST_REMOVED, TAG_MOVED, TAG_DELETED -> false;
        };
        queue.setAside(NAME, subject(blob ? BLOB : MANIFEST, note.repositoryId(), note.subjectId()), reason);
        note.earlierId().ifPresent(id -> queue.setAside(NAME, subject(MANIFEST, note.repositoryId(), id), reason));
        notes.delete(List.of(note));
    }

    private static String subject(String kind, long repositoryId, long id) {
        return kind + " " + id + " of repository " + repositoryId;
    }

    /** Has a blob of a repository compared with what the registry has. */
    @Transactional
    public void compareBlob(long repositoryId, long blobId) {
        queue.add(NAME, subject(BLOB, repositoryId, blobId));
    }

    /** Has a manifest of a repository compared with what the registry has. */
    @Transactional
    public void compareManifest(long repositoryId, long manifestId) {
        queue.add(NAME, subject(MANIFEST, repositoryId, manifestId));
    }

    /** The comparison is folded among the changes, in its order. */
    @Override
    @Transactional
    public Outcome doNext(Item item) {
        String[] words = item.subject().split(" ");
        notes.appendComparison(
                words[0].equals(BLOB) ? Note.Kind.BLOB_COMPARED : Note.Kind.MANIFEST_COMPARED,
                Long.parseLong(words[4]),
                Long.parseLong(words[1]));
        return new Outcome.Done();
    }
}
