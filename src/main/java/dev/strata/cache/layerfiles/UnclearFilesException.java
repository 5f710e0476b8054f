package dev.strata.cache.layerfiles;

/** What a path means in a stack of layers cannot be said with certainty, or not by what is known of the layers. */
final class UnclearFilesException extends Exception {

    UnclearFilesException(String message) {
        super(message, null, false, false);
    }
}
