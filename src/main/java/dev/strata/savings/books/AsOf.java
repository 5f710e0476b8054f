package dev.strata.savings.books;

import java.time.Instant;

/**
 * How current figures are.
 *
 * @param asOf when they were read
 * @param pending how many changes were not in them yet; 10,000 stands for that many and more
 * @param setAside how many blobs and manifests are not in them as they should be, because a change of theirs failed
 */
public record AsOf(Instant asOf, int pending, long setAside) {}
