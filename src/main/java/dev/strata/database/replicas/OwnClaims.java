package dev.strata.database.replicas;

/** Of the one process that has the database. */
final class OwnClaims implements Claims {

    @Override
    public boolean has(String work) {
        return true;
    }

    @Override
    public void require(String work) {
        // nobody else is there
    }

    @Override
    public boolean isOtherAlive() {
        return false;
    }
}
