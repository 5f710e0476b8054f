package dev.strata.savings.books;

import dev.strata.savings.counted.CountedImage;
import dev.strata.savings.counted.CountedObject;
import dev.strata.savings.counted.Form;
import dev.strata.savings.counted.Holding;
import dev.strata.savings.counted.Total;
import dev.strata.savings.ledger.Books;
import dev.strata.savings.ledger.DefectException;
import dev.strata.savings.pieces.Agenda;
import dev.strata.savings.pieces.Pieces;
import dev.strata.savings.pieces.Task;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.springframework.dao.ConcurrencyFailureException;

/**
 * Folds one change into the books. What it does at once is done here; what it leads to, which can be much, is put on the
 * agenda.
 *
 * <p>Links of blobs and manifests are set and not counted, so that a change which is in the books already does no harm:
 * that happens after something was compared with the registry, which may be ahead of the changes.
 */
final class Accounting {

    private final Books books;
    private final Pieces pieces;
    private final Agenda agenda;
    private final RegistryTruth truth;
    private final Map<CountedImage.Key, RegistryTruth.Manifest> registered;
    private final Note note;

    /** @param registered what the registry has of the manifests that are to be compared */
    Accounting(
            Books books,
            Pieces pieces,
            Agenda agenda,
            RegistryTruth truth,
            Map<CountedImage.Key, RegistryTruth.Manifest> registered,
            Note note) {
        this.books = books;
        this.pieces = pieces;
        this.agenda = agenda;
        this.truth = truth;
        this.registered = registered;
        this.note = note;
    }

    /** Begins to fold the change, or goes on where it was left. */
    void begin() {
        if (note.agenda().isPresent()) {
            agenda.parse(note.agenda().get());
            return;
        }
        switch (note.kind()) {
            case BLOB_LINKED -> linkBlob();
            case BLOB_UNLINKED -> unlinkBlob();
            case BLOB_COMPARED -> compareBlob();
            case MANIFEST_PUSHED -> pushManifest();
            case MANIFEST_DELETED -> deleteManifest();
            case MANIFEST_COMPARED -> compareManifest();
            case TAG_MOVED -> {
                note.earlierId().ifPresent(earlier -> tag(earlier, -1));
                tag(note.subjectId(), 1);
            }
            case TAG_DELETED -> tag(note.subjectId(), -1);
            case BLOB_REMOVED -> removeObject(CountedObject.ofBlob(note.subjectId()));
            case MANIFEST_REMOVED -> removeObject(CountedObject.ofManifest(note.subjectId()));
        }
    }

    private CountedImage.Key key(long manifestId) {
        return new CountedImage.Key(note.repositoryId(), manifestId);
    }

    private void addObject(long id, long size) {
        if (books.findObject(id).isEmpty()) {
            books.add(CountedObject.of(id, size));
        }
    }

    /** What nothing has any more is not stored any more. */
    private void removeObject(long id) {
        books.findObject(id).ifPresent(object -> {
            if (object.links() > 0 || object.images() > 0) {
                throw new DefectException("The object " + id + " is gone, and in the books it is still in use");
            }
            books.remove(object);
        });
    }

    private void linkBlob() {
        long blob = CountedObject.ofBlob(note.subjectId());
        if (note.stored()) {
            addObject(blob, note.size());
        }
        if (!note.linked()) {
            if (note.way() == Note.Way.UPLOADED) {
                books.add(Total.UPLOADED_AGAIN, note.size());
                setUploaded(blob, true);
            }
            return;
        }
        switch (note.way()) {
            case UPLOADED -> books.add(Total.UPLOADED, note.size());
            case MOUNTED -> books.add(Total.MOUNTED, note.size());
            case ASKED_FOR -> books.add(Total.AUTO_MOUNTED, note.size());
            case UNKNOWN -> {}
        }
        if (isLinkedNow()) {
            pieces.addBlob(note.subjectId());
        }
        setUploaded(blob, note.way() == Note.Way.UPLOADED);
    }

    /**
     * Whether the repository has the blob now. Where it does not, the note of that is behind this one, and the other way
     * round. So a change that has been reversed meanwhile leads to nothing: a blob that very many images name may be deleted
     * and pushed over and over, faster than all of them can leave it and enter it.
     */
    private boolean isLinkedNow() {
        return truth.isBlobLinked(note.repositoryId(), note.subjectId());
    }

    private void unlinkBlob() {
        if (!isLinkedNow()) {
            pieces.removeBlob(note.subjectId());
        }
    }

    /** The same holds for a manifest that very many indexes list. */
    private void deleteManifest() {
        CountedImage.Key key = key(note.subjectId());
        if (!truth.isManifestLinked(key)) {
            books.findImage(key).ifPresent(pieces::removeManifest);
        }
    }

    private void setUploaded(long blob, boolean uploaded) {
        Holding holding = books.holding(note.repositoryId(), blob);
        if (holding.linked() && holding.uploaded() != uploaded) {
            books.set(holding.withUploaded(uploaded));
        }
    }

    private void pushManifest() {
        if (note.stored()) {
            addObject(CountedObject.ofManifest(note.subjectId()), note.size());
        }
        if (note.linked() && books.findImage(key(note.subjectId())).isEmpty()) {
            Form form = note.form().orElseThrow();
            Task.Kind survey = note.way() == Note.Way.UNKNOWN ? Task.Kind.SURVEY_AGAIN : Task.Kind.SURVEY;
            pieces.addManifest(key(note.subjectId()), form, survey);
        }
    }

    private void tag(long manifestId, int change) {
        CountedImage image = books.image(key(manifestId));
        if (image.tags() + change < 0) {
            throw new DefectException("The manifest " + image.key() + " has no tag in the books that could go");
        }
        pieces.become(image, image.withTags(change));
    }

    /** Does again what a blob's link leads to: what is there already is left as it is. */
    private void compareBlob() {
        OptionalLong size = truth.sizeOfBlob(note.subjectId());
        if (size.isEmpty()) {
            removeObject(CountedObject.ofBlob(note.subjectId()));
            return;
        }
        addObject(CountedObject.ofBlob(note.subjectId()), size.getAsLong());
        if (truth.isBlobLinked(note.repositoryId(), note.subjectId())) {
            pieces.addBlob(note.subjectId());
        } else {
            pieces.removeBlob(note.subjectId());
        }
    }

    /** Takes a manifest out of the books and brings it back as the registry has it. */
    private void compareManifest() {
        CountedImage.Key key = key(note.subjectId());
        truth.sizeOfManifest(note.subjectId())
                .ifPresent(size -> addObject(CountedObject.ofManifest(note.subjectId()), size));
        Optional<RegistryTruth.Manifest> there = registered(key);
        Optional<CountedImage> booked = books.findImage(key);
        if (there.isEmpty()) {
            booked.ifPresent(this::removeAgain);
            return;
        }
        Form form = there.get().form();
        if (booked.isEmpty()) {
            pieces.addManifest(key, form, Task.Kind.SURVEY_AGAIN);
            books.set(books.image(key).withTags(there.get().tags()));
            return;
        }
        CountedImage image = booked.get();
        books.set(image.withParents(form.isIndex() ? -image.parents() : 0).withForm(form));
        books.set(books.image(key).withTags(there.get().tags() - image.tags()));
        long manifest = note.subjectId();
        agenda.add(
                Task.Kind.REMOVE_PARTS.of(manifest),
                Task.Kind.SET_TO_NOTHING.of(manifest),
                Task.Kind.SURVEY_AGAIN.of(manifest),
                Task.Kind.COUNT_PARENTS.of(manifest),
                Task.Kind.ADD_PARTS.of(manifest, manifest),
                Task.Kind.PLACE.of(manifest));
        if (!form.isIndex()) {
            agenda.add(Task.Kind.COUNT_INDEXES.of(manifest));
        }
    }

    /** Empty where the registry does not have the manifest. */
    private Optional<RegistryTruth.Manifest> registered(CountedImage.Key key) {
        if (!truth.isManifestLinked(key)) {
            return Optional.empty();
        }
        if (!registered.containsKey(key)) {
            throw new ConcurrencyFailureException("The manifest came right after it had been looked for");
        }
        return Optional.of(registered.get(key));
    }

    /** A removal that may have been begun before: the manifests beside it are counted again. */
    private void removeAgain(CountedImage image) {
        long manifest = image.key().manifestId();
        boolean index = image.form().isIndex();
        books.set(image.withTags(-image.tags()).withForm(index ? Form.LARGE_INDEX : image.form()));
        agenda.add(
                (index ? Task.Kind.COUNT_PARENTS : Task.Kind.REMOVE_PARTS).of(manifest),
                Task.Kind.REMOVE_PARTS.of(manifest),
                Task.Kind.FORGET.of(manifest),
                Task.Kind.LEAVE_PARENTS.of(manifest));
    }
}
