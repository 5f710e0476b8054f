package dev.strata.dockerfile.lines;

/**
 * Where an instruction stands, and how.
 *
 * @param line its first line, counted from 1
 * @param text the instruction as one line, with continued lines joined and comments left out
 * @param asWritten the instruction as it stands in the file, its continued lines and here-documents included, but for the
 *     line end at its end; so it can stand in another file with the same escape character
 */
public record Source(int line, String text, String asWritten) {}
