package dev.strata.crash;

/** An upload that is left open, and how far it must and can have come. */
final class Session {

    final Place place;
    final byte[] content;
    /** How many bytes the registry said that it has. */
    int acknowledged;
    /** How many bytes may have reached it. */
    int sent;

    Session(Place place, byte[] content) {
        this.place = place;
        this.content = content;
    }
}
