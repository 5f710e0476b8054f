package dev.strata.database.replay;

/**
 * Makes a feature's changes again at a start, where a crash may have taken them out of the database. Changes that are
 * made again in their order leave what they left the first time, also where some of them are there already.
 */
public interface Redo {

    /** The feature: one character, not that of another one. It is in the journal of every installation. */
    char feature();

    /** Makes a change again that was appended before it was committed, in a transaction of its own. */
    void redo(byte[] change);
}
