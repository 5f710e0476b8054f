package dev.strata.savings.check;

import dev.strata.savings.ledger.CountedImage;
import dev.strata.savings.ledger.CountedObject;
import dev.strata.savings.ledger.CountedRepository;
import dev.strata.savings.ledger.CountedRepositories;
import dev.strata.savings.ledger.Form;
import dev.strata.savings.ledger.CountedImages;
import dev.strata.savings.ledger.CountedObjects;
import dev.strata.savings.ledger.References;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

/** Counts a repository's figures again, by the definitions of docs/savings.md and nothing else. */
@Component
class RepositoryRecount {

    /** Of so many objects at once are the images counted; of a larger repository others come in the next recount. */
    private static final int IMAGES_A_PART = 20_000;
    /** Well below what memory takes. */
    private static final int MOST_DIFFERENCES = 100;

    private final JdbcTemplate jdbc;
    private final References references;
    private final CountedRepositories repositories;
    private final CountedImages images;
    private final CountedObjects objects;
    private int recounts;

    RepositoryRecount(
            JdbcTemplate jdbc,
            References references,
            CountedRepositories repositories,
            CountedImages images,
            CountedObjects objects) {
        this.jdbc = jdbc;
        this.references = references;
        this.repositories = repositories;
        this.images = images;
        this.objects = objects;
    }

    /** What is another in the books; nothing where changes of the repository are not folded yet. */
    List<String> differences(long repositoryId) {
        List<String> found = new ArrayList<>();
        if (isPending(repositoryId)) {
            return found;
        }
        Count count = new Count(repositoryId);
        count.run(found);
        return found;
    }

    private boolean isPending(long repositoryId) {
        return !jdbc.queryForList("select id from savings_change where repository_id = ? limit 1", Long.class, repositoryId)
                .isEmpty();
    }

    /** One repository's. */
    private final class Count {

        private final long repositoryId;
        private final int parts;
        private final int part;
        private final Map<Long, Integer> holdings = new HashMap<>();
        private CountedRepository sum;

        Count(long repositoryId) {
            this.repositoryId = repositoryId;
            this.sum = CountedRepository.of(repositoryId, "");
            Integer manifests = jdbc.queryForObject(
                    "select count(*) from manifest_link where repository_id = ?", Integer.class, repositoryId);
            this.parts = 1 + Objects.requireNonNull(manifests) / IMAGES_A_PART;
            this.part = recounts++ % parts;
        }

        void run(List<String> found) {
            Set<Long> there = new HashSet<>();
            jdbc.query(
                    "select l.manifest_id, (select count(*) from tag t where t.repository_id = l.repository_id"
                            + " and t.manifest_id = l.manifest_id) from manifest_link l where l.repository_id = ?",
                    row -> {
                        there.add(row.getLong(1));
                        compareImage(new CountedImage.Key(repositoryId, row.getLong(1)), row.getInt(2), found);
                    },
                    repositoryId);
            jdbc.query(
                    "select manifest_id from savings_image where repository_id = ?",
                    row -> {
                        expect(found, "manifest " + row.getLong(1) + " is in the books", there.contains(row.getLong(1)), true);
                    },
                    repositoryId);
            compareHoldings(found);
            CountedRepository booked = repositories.find(List.of(repositoryId)).getOrDefault(repositoryId, sum);
            CountedRepository counted = new CountedRepository(
                    repositoryId,
                    booked.name(),
                    sum.images(),
                    sum.tags(),
                    sum.asIfUnshared(),
                    parts == 1 ? sum.full() : booked.full(),
                    parts == 1 ? sum.unique() : booked.unique());
            expect(found, "repository", booked, counted);
        }

        private void compareImage(CountedImage.Key key, int tags, List<String> found) {
            CountedImage booked = images.find(List.of(key)).get(key);
            if (booked == null) {
                expect(found, key + " is in the books", false, true);
                return;
            }
            int parents = booked.form().isIndex() ? 0 : parents(key);
            long full = 0;
            long unique = 0;
            if (tags > 0 || parents == 0) {
                for (CountedObject object : objects.find(parts(booked)).values()) {
                    full += object.size();
                    unique += object.images() == 1 ? object.size() : 0;
                    if (object.id() / 2 % parts == part) {
                        holdings.merge(object.id(), 1, Integer::sum);
                    }
                }
            }
            CountedImage counted = new CountedImage(
                    key, booked.number(), booked.form(), tags, parents, full, unique, booked.stackId());
            expect(found, "image", booked, counted);
            sum = sum.withImages(counted.isRoot() ? 1 : 0, tags, counted.copies() * full);
        }

        private int parents(CountedImage.Key key) {
            List<CountedImage.Key> listing = references.listing(key.manifestId()).stream()
                    .map(manifestId -> new CountedImage.Key(repositoryId, manifestId))
                    .toList();
            return (int) images.find(listing).values().stream()
                    .filter(image -> image.form() == Form.INDEX)
                    .count();
        }

        private Set<Long> parts(CountedImage image) {
            Set<Long> parts = new LinkedHashSet<>();
            parts.add(CountedObject.ofManifest(image.key().manifestId()));
            if (image.form() == Form.LARGE_INDEX) {
                return parts;
            }
            for (References.Reference reference : references.of(image.key().manifestId())) {
                if (reference.blobId() > 0 && isLinked(reference.blobId())) {
                    parts.add(CountedObject.ofBlob(reference.blobId()));
                }
                CountedImage.Key child = new CountedImage.Key(repositoryId, reference.manifestId());
                CountedImage entry = reference.manifestId() > 0 ? images.find(List.of(child)).get(child) : null;
                if (entry != null && !entry.form().isIndex()) {
                    parts.addAll(parts(entry));
                }
            }
            return parts;
        }

        private boolean isLinked(long blobId) {
            return !jdbc.queryForList(
                            "select blob_id from blob_link where repository_id = ? and blob_id = ?",
                            Long.class,
                            repositoryId,
                            blobId)
                    .isEmpty();
        }

        private void compareHoldings(List<String> found) {
            jdbc.query(
                    "select h.object_id, h.images, h.linked, case when mod(h.object_id, 2) = 0 then (select l.blob_id"
                            + " from blob_link l where l.repository_id = h.repository_id and l.blob_id = h.object_id / 2)"
                            + " end, (select o.size from savings_object o where o.id = h.object_id),"
                            + " (select o.repositories from savings_object o where o.id = h.object_id)"
                            + " from savings_holding h where h.repository_id = ?",
                    row -> {
                        long object = row.getLong(1);
                        boolean linked = row.getLong(4) > 0;
                        expect(found, "link of object " + object, row.getBoolean(3), linked);
                        if (object / 2 % parts == part) {
                            int counted = holdings.getOrDefault(object, 0);
                            holdings.remove(object);
                            expect(found, "images of object " + object, row.getInt(2), counted);
                        }
                        if (row.getInt(2) > 0) {
                            long size = row.getLong(5);
                            sum = sum.withSizes(size, row.getInt(6) == 1 ? size : 0);
                        }
                    },
                    repositoryId);
            holdings.forEach((object, count) -> expect(found, "images of object " + object, 0, count));
        }

        private <T> void expect(List<String> found, String what, T booked, T counted) {
            if (!booked.equals(counted) && found.size() < MOST_DIFFERENCES) {
                found.add("in repository " + repositoryId + ": " + what + " is " + booked + " instead of " + counted);
            }
        }
    }
}
