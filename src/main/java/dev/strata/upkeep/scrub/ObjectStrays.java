package dev.strata.upkeep.scrub;

import dev.strata.problem.RegistryException;
import dev.strata.registry.PromiseProperties;
import dev.strata.storage.BlobStore.Deletion;
import dev.strata.storage.OnStorage;
import dev.strata.storage.StorageKind;
import dev.strata.storage.bucket.BucketObjects;
import dev.strata.storage.bucket.BucketObjects.Held;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/** Objects of blobs that no row knows. They lie in the order of their names, which have nothing to do with digests. */
@Component
@OnStorage(StorageKind.S3)
class ObjectStrays implements Strays {

    private static final Logger log = LoggerFactory.getLogger(ObjectStrays.class);

    /** A row follows its object sooner, whatever the clocks of this machine and the store say. */
    private static final Duration YOUNGEST = Duration.ofHours(1);

    private final ScrubbedRows rows;
    private final BucketObjects objects;
    private final Duration grace;
    private final Clock clock;

    ObjectStrays(ScrubbedRows rows, BucketObjects objects, PromiseProperties promises, Clock clock) {
        this.rows = rows;
        this.objects = objects;
        this.grace = promises.grace().compareTo(YOUNGEST) > 0 ? promises.grace() : YOUNGEST;
        this.clock = clock;
    }

    @Override
    public List<Stray> delete(int fan) throws IOException {
        Instant since = clock.instant().minus(grace);
        List<Stray> deleted = new ArrayList<>();
        try {
            objects.visit(fan, some -> delete(some, since, deleted));
        } catch (RegistryException e) {
            throw new IOException("The store cannot be listed now", e);
        }
        return deleted;
    }

    private void delete(List<Held> some, Instant since, List<Stray> deleted) {
        List<Held> old = some.stream().filter(object -> object.changed().isBefore(since)).toList();
        Set<String> known = rows.locations(old.stream().map(Held::location).toList());
        for (Held object : old) {
            if (!known.contains(object.location())
                    && objects.delete(object, () -> !rows.locations(List.of(object.location())).isEmpty())
                            == Deletion.DELETED) {
                log.warn("Deleted the object {}, {} bytes, which no row knew", object.location(), object.size());
                deleted.add(new Stray("the object " + object.location(), object.size()));
            }
        }
    }
}
