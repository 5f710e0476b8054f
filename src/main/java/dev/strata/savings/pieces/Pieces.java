package dev.strata.savings.pieces;

import dev.strata.savings.counted.CountedImage;
import dev.strata.savings.counted.Form;
import dev.strata.savings.ledger.Books;
import dev.strata.savings.ledger.Bookshelf;
import java.util.List;
import java.util.Map;

/**
 * Does the tasks of one change. Each touches a bounded number of rows, and after each the figures add up: parts are added
 * to images and taken from them one by one.
 */
public final class Pieces {

    private final Errand errand;
    private final ImagePieces images;
    private final ParentPieces parents;
    private final BlobPieces blobs;

    /** @param instructions what made the layers of images, where that could be read */
    public Pieces(
            Books books,
            Bookshelf shelf,
            ImageParts parts,
            LayerTree tree,
            Map<CountedImage.Key, List<String>> instructions,
            Agenda agenda,
            long repositoryId) {
        this.errand = new Errand(books, agenda, repositoryId);
        this.images = new ImagePieces(books, shelf, parts, tree, instructions, errand);
        this.parents = new ParentPieces(books, shelf, parts, errand);
        this.blobs = new BlobPieces(books, shelf, errand);
    }

    /** Does the next task, and says how many rows it touched, more or less. */
    public int doNext() {
        errand.spend(1);
        Task task = errand.agenda().next();
        switch (task.kind()) {
            case SURVEY, SURVEY_AGAIN -> images.survey(task);
            case JOIN_PARENTS -> parents.joinParents(task);
            case LEAVE_PARENTS -> parents.leaveParents(task);
            case ADOPT -> parents.changeChildren(task, 1);
            case RELEASE -> parents.changeChildren(task, -1);
            case COUNT_PARENTS -> parents.countParents(task);
            case COUNT_INDEXES -> parents.countIndexes(task);
            case ADD_PARTS -> images.addParts(task);
            case REMOVE_PARTS -> images.removeParts(task);
            case SET_TO_NOTHING -> images.setToNothing(task);
            case PLACE -> images.place(task);
            case FORGET -> images.forget(task);
            case OFFER_BLOB -> blobs.offerBlob(task);
            case GIVE_BLOB -> blobs.giveBlob(task);
            case WITHDRAW_BLOB -> blobs.withdrawBlob(task);
            case MISS_BLOB -> blobs.missBlob(task);
        }
        return errand.takeCost();
    }

    /** An image starts or ends to count by itself, or goes on. */
    public void become(CountedImage before, CountedImage after) {
        parents.become(before, after);
    }

    /** What a new manifest leads to. */
    public void addManifest(CountedImage.Key key, Form form, Task.Kind survey) {
        images.addManifest(key, form, survey);
    }

    /** What it leads to that a manifest is gone. */
    public void removeManifest(CountedImage image) {
        images.removeManifest(image);
    }

    /** What it leads to that a repository has a blob from now on. */
    public void addBlob(long blobId) {
        blobs.addBlob(blobId);
    }

    /** What it leads to that a repository does not have a blob any more. */
    public void removeBlob(long blobId) {
        blobs.removeBlob(blobId);
    }
}
