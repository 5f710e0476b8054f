package dev.strata.upkeep.retention.planning;

/**
 * How far a plan has come.
 *
 * @param repository what is looked at, or was last
 * @param a where the stage goes on, and so are the others: each stage has its own use for them
 */
record At(Stage stage, long repositoryId, String repository, long a, long b, long c, int d, long e, long f) {

    static final At BEGIN = new At(Stage.FIND, 0, "", 0, 0, 0, 0, 0, 0);

    /** What is done for each repository, and from GOING on for all of them. */
    enum Stage {
        FIND,
        SCAN,
        MEMBERS,
        DECIDE,
        BUDGET,
        SETTLE,
        CAP,
        STAYING,
        GOING,
        BYTES,
        READY
    }

    At to(Stage next) {
        return new At(next, repositoryId, repository, 0, 0, 0, 0, 0, 0);
    }

    At with(long nextA, long nextB, long nextC, int nextD) {
        return new At(stage, repositoryId, repository, nextA, nextB, nextC, nextD, 0, 0);
    }

    /** Within what is looked at behind {@code a} and {@code b}. */
    At within(long nextC, long nextE, long nextF) {
        return new At(stage, repositoryId, repository, a, b, nextC, d, nextE, nextF);
    }

    At in(long id, String name) {
        return new At(stage, id, name, 0, 0, 0, 0, 0, 0);
    }

    String text() {
        return stage + "\t" + repositoryId + "\t" + repository + "\t" + a + "\t" + b + "\t" + c + "\t" + d + "\t" + e + "\t" + f;
    }

    static At of(String text) {
        if (text.isEmpty()) {
            return BEGIN;
        }
        String[] parts = text.split("\t", -1);
        return new At(
                Stage.valueOf(parts[0]),
                Long.parseLong(parts[1]),
                parts[2],
                Long.parseLong(parts[3]),
                Long.parseLong(parts[4]),
                Long.parseLong(parts[5]),
                Integer.parseInt(parts[6]),
                Long.parseLong(parts[7]),
                Long.parseLong(parts[8]));
    }
}
