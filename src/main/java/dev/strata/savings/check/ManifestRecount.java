package dev.strata.savings.check;

import dev.strata.savings.counted.CountedImage;
import dev.strata.savings.counted.CountedObject;
import dev.strata.savings.counted.Form;
import dev.strata.savings.ledger.CountedImages;
import dev.strata.savings.ledger.References;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

/** Compares what the books say of a repository's manifests with what the registry has, by docs/savings.md. */
@Component
class ManifestRecount {

    private static final int MANIFESTS = 50;
    /** An image of more parts is not compared part by part. */
    private static final int MOST_PARTS = 20_000;

    private final JdbcTemplate jdbc;
    private final CountedImages images;
    private final References references;

    ManifestRecount(JdbcTemplate jdbc, CountedImages images, References references) {
        this.jdbc = jdbc;
        this.images = images;
        this.references = references;
    }

    /** Looks at some manifests behind one; returns the last of them, or -1 where there are no more. */
    long look(long repositoryId, long after, Findings found) {
        List<Long> manifests = jdbc.queryForList(
                "select l.manifest_id from manifest_link l where l.repository_id = ? and l.manifest_id > ?"
                        + " order by l.repository_id, l.manifest_id limit ?",
                Long.class,
                repositoryId,
                after,
                MANIFESTS);
        manifests.forEach(manifest -> compare(new CountedImage.Key(repositoryId, manifest), found));
        return manifests.size() < MANIFESTS ? -1 : manifests.getLast();
    }

    /** Looks at some manifests in the books for those that the registry does not have. */
    long lookForGone(long repositoryId, long after, Findings found) {
        long[] last = {-1};
        int size = jdbc.query(
                        "select i.manifest_id, (select l.manifest_id from manifest_link l"
                                + " where l.repository_id = i.repository_id and l.manifest_id = i.manifest_id)"
                                + " from savings_image i where i.repository_id = ? and i.manifest_id > ?"
                                + " order by i.repository_id, i.manifest_id limit ?",
                        (row, number) -> {
                            last[0] = row.getLong(1);
                            found.manifest(repositoryId, last[0], "presence", true, row.getLong(2) > 0);
                            return number;
                        },
                        repositoryId,
                        after,
                        MANIFESTS)
                .size();
        return size < MANIFESTS ? -1 : last[0];
    }

    private void compare(CountedImage.Key key, Findings found) {
        CountedImage booked = images.find(List.of(key)).get(key);
        if (booked == null) {
            found.manifest(key.repositoryId(), key.manifestId(), "presence", false, true);
            return;
        }
        Integer tags = jdbc.queryForObject(
                "select count(*) from tag t where t.repository_id = ? and t.manifest_id = ?",
                Integer.class,
                key.repositoryId(),
                key.manifestId());
        found.manifest(key.repositoryId(), key.manifestId(), "number of tags", booked.tags(), tags == null ? 0 : tags);
        int parents = booked.form().isIndex() ? 0 : references.countListing(key);
        found.manifest(key.repositoryId(), key.manifestId(), "number of indexes", booked.parents(), parents);
        compareParts(booked, found);
        compareSizes(booked, found);
    }

    private void compareParts(CountedImage booked, Findings found) {
        Set<Long> there = new HashSet<>(jdbc.queryForList(
                "select p.object_id from savings_part p where p.image_number = ? limit ?",
                Long.class,
                booked.number(),
                MOST_PARTS));
        Set<Long> counted = new HashSet<>();
        if (booked.isRoot()) {
            addParts(booked.key(), booked.form(), counted);
        }
        if (there.size() < MOST_PARTS && counted.size() < MOST_PARTS) {
            found.manifest(booked.key().repositoryId(), booked.key().manifestId(), "set of parts", there, counted);
        }
    }

    private void addParts(CountedImage.Key key, Form form, Set<Long> parts) {
        parts.add(CountedObject.ofManifest(key.manifestId()));
        if (form == Form.LARGE_INDEX || parts.size() >= MOST_PARTS) {
            return;
        }
        jdbc.query(
                "select b.id from manifest_reference f join blob b on b.digest = f.digest"
                        + " join blob_link l on l.repository_id = ? and l.blob_id = b.id where f.manifest_id = ?",
                row -> {
                    parts.add(CountedObject.ofBlob(row.getLong(1)));
                },
                key.repositoryId(),
                key.manifestId());
        if (form == Form.INDEX) {
            jdbc.queryForList(
                            "select i.manifest_id from manifest_reference f join manifest m on m.digest = f.digest"
                                    + " join savings_image i on i.repository_id = ? and i.manifest_id = m.id"
                                    + " where f.manifest_id = ? and f.kind = 'M' and i.form in ('I', 'A')",
                            Long.class,
                            key.repositoryId(),
                            key.manifestId())
                    .forEach(child -> addParts(new CountedImage.Key(key.repositoryId(), child), Form.IMAGE, parts));
        }
    }

    private void compareSizes(CountedImage booked, Findings found) {
        jdbc.query(
                "select coalesce(sum(o.size), 0), coalesce(sum(case when o.images = 1 then o.size end), 0)"
                        + " from savings_part p join savings_object o on o.id = p.object_id where p.image_number = ?",
                row -> {
                    long full = row.getLong(1) - booked.full();
                    long unique = row.getLong(2) - booked.unique();
                    found.figure(
                            "image",
                            booked,
                            booked.withSizes(full, unique),
                            correction -> correction.image(booked.number(), full, unique));
                },
                booked.number());
    }
}
