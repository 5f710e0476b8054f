package dev.strata.bench;

import java.io.IOException;
import java.util.Set;

/** What is left of the rate of small pulls and pushes while blobs are collected beside them; and how fast those go. */
final class CollectionCase implements Case {

    /** What the figure is of. */
    enum Kind {
        PULL("pull", "images pulled beside a collection, 2 clients, of the rate without it", Unit.TIMES),
        PUSH("push", "images pushed beside a collection, 2 clients, of the rate without it", Unit.TIMES),
        RATE("rate", "collection of %,d blobs out of %,d, beside those", Unit.PER_SECOND);

        private final String id;
        private final String title;
        private final Unit unit;

        Kind(String id, String title, Unit unit) {
            this.id = id;
            this.title = title;
            this.unit = unit;
        }
    }

    private final Kind kind;
    private final Collecting collecting;
    private int round;

    CollectionCase(Kind kind, Collecting collecting) {
        this.kind = kind;
        this.collecting = collecting;
    }

    @Override
    public String id() {
        return "collection-" + kind.id;
    }

    @Override
    public String title() {
        return kind.title.formatted(collecting.garbage(), collecting.blobs());
    }

    @Override
    public Unit unit() {
        return kind.unit;
    }

    @Override
    public Set<Seed> needs() {
        return Set.of();
    }

    /** The others collect while nobody pushes. */
    @Override
    public boolean fits(Server server) {
        return server instanceof Strata;
    }

    @Override
    public void warmUp(Target target) throws IOException, InterruptedException {
        collecting.begin(target);
    }

    @Override
    public double measure(Target target) throws IOException, InterruptedException {
        Collecting.Figures figures = collecting.round(target, round++);
        return switch (kind) {
            case PULL -> figures.pulls();
            case PUSH -> figures.pushes();
            case RATE -> figures.blobsPerSecond();
        };
    }
}
