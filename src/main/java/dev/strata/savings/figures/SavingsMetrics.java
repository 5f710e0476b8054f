package dev.strata.savings.figures;

import dev.strata.savings.books.ChangeNotes;
import dev.strata.savings.books.SetAsideChanges;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.function.ToLongFunction;
import org.springframework.stereotype.Component;

/** The figures for Prometheus. Labels tell the parts of a sum apart, and none of them grows with what is stored. */
@Component
class SavingsMetrics implements MeterBinder {

    /** Several meters are read at once, and one reading of the figures serves them all. */
    private static final Duration KEPT = Duration.ofSeconds(5);

    private final Savings savings;
    private final ChangeNotes notes;
    private final SetAsideChanges setAside;
    private final Clock clock;
    private Figures latest; // guarded by this
    private Instant readAt = Instant.MIN; // guarded by this

    SavingsMetrics(Savings savings, ChangeNotes notes, SetAsideChanges setAside, Clock clock) {
        this.savings = savings;
        this.notes = notes;
        this.setAside = setAside;
        this.clock = clock;
        this.latest = Figures.NONE;
    }

    private synchronized Figures figures() {
        Instant now = clock.instant();
        if (readAt.isBefore(now.minus(KEPT)) || readAt.isAfter(now)) {
            latest = savings.figures();
            readAt = now;
        }
        return latest;
    }

    @Override
    public void bindTo(MeterRegistry meters) {
        gauge(meters, "as_if_unshared", "Bytes that would be stored if nothing were shared", Figures::asIfUnshared);
        part(meters, "stored", "blobs", "Bytes of blobs and manifests in use", it -> it.storedParts().blobs());
        part(meters, "stored", "manifests", "Bytes of blobs and manifests in use", it -> it.storedParts().manifests());
        String saved = "Bytes that sharing saves: under several tags, inside a repository, between repositories";
        part(meters, "saved", "tags", saved, it -> it.saved().tags());
        part(meters, "saved", "repository", saved, it -> it.saved().repository());
        part(meters, "saved", "repositories", saved, it -> it.saved().repositories());
        String waiting = "Bytes of blobs and manifests that wait to be collected";
        part(meters, "waiting", "unlinked", waiting, it -> it.waiting().unlinked());
        part(meters, "waiting", "unreferenced", waiting, it -> it.waiting().unreferenced());
        String onDisk = "Bytes that the data directory occupies";
        part(meters, "on_disk", "blobs", onDisk, it -> it.onDisk().blobs());
        part(meters, "on_disk", "waiting", onDisk, it -> it.onDisk().waiting());
        part(meters, "on_disk", "uploads", onDisk, it -> it.onDisk().uploads());
        part(meters, "on_disk", "broken", onDisk, it -> it.onDisk().broken());
        part(meters, "on_disk", "metadata", onDisk, it -> it.onDisk().metadata());
        part(meters, "on_disk", "unexplained", onDisk, it -> it.onDisk().unexplained());
        count(meters, "repositories", it -> it.counts().repositories());
        count(meters, "tags", it -> it.counts().tags());
        count(meters, "images", it -> it.counts().images());
        count(meters, "manifests", it -> it.counts().manifests());
        count(meters, "blobs", it -> it.counts().blobs());
        transfer(meters, "uploaded", it -> it.transfer().uploaded());
        transfer(meters, "uploaded_again", it -> it.transfer().uploadedAgain());
        transfer(meters, "mounted", it -> it.transfer().mounted());
        transfer(meters, "auto_mounted", it -> it.transfer().autoMounted());
        transfer(meters, "existing", it -> it.transfer().existing());
        transfer(meters, "served", it -> it.transfer().served());
        FunctionCounter.builder("strata.savings.differences", this, it -> it.figures().check().differences())
                .description("Figures that a recount found wrong: defects")
                .register(meters);
        Gauge.builder("strata.savings.set.aside", setAside, SetAsideChanges::count)
                .description("Blobs and manifests that are not in the figures as they should be, since a change failed")
                .register(meters);
        Gauge.builder("strata.savings.pending", notes, ChangeNotes::count)
                .description("Changes that are not in the figures yet")
                .register(meters);
    }

    private void gauge(MeterRegistry meters, String name, String description, ToLongFunction<Figures> figure) {
        Gauge.builder("strata.savings." + name, this, it -> figure.applyAsLong(it.figures()))
                .description(description)
                .baseUnit("bytes")
                .register(meters);
    }

    private void part(
            MeterRegistry meters, String name, String part, String description, ToLongFunction<Figures> figure) {
        Gauge.builder("strata.savings." + name, this, it -> figure.applyAsLong(it.figures()))
                .description(description)
                .tag("part", part)
                .baseUnit("bytes")
                .register(meters);
    }

    private void count(MeterRegistry meters, String kind, ToLongFunction<Figures> figure) {
        Gauge.builder("strata.savings.objects", this, it -> figure.applyAsLong(it.figures()))
                .description("How many there are: repositories with an image, tags, images, manifests and blobs in use")
                .tag("kind", kind)
                .register(meters);
    }

    private void transfer(MeterRegistry meters, String kind, ToLongFunction<Figures> figure) {
        FunctionCounter.builder("strata.savings.transfer", this, it -> figure.applyAsLong(it.figures()))
                .description("Bytes of blobs that were uploaded, spared by a mount or because they existed, or served")
                .tag("kind", kind)
                .baseUnit("bytes")
                .register(meters);
    }
}
