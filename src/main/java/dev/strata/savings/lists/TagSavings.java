package dev.strata.savings.lists;

import dev.strata.oci.Digest;
import dev.strata.savings.counted.Form;
import java.time.Instant;

/**
 * A tag's figures; docs/savings.md defines each. Sizes are in bytes.
 *
 * @param layers how many layers its image has; 0 for what is no image
 * @param tags how many tags its image has
 */
public record TagSavings(
        String name,
        Digest digest,
        Kind kind,
        int layers,
        int tags,
        Instant updatedAt,
        long full,
        long unique,
        long shared,
        long freed) {

    /** What a tag names. */
    public enum Kind {
        IMAGE,
        INDEX,
        ARTIFACT;

        public static Kind of(Form form) {
            return switch (form) {
                case IMAGE -> IMAGE;
                case INDEX, LARGE_INDEX -> INDEX;
                case ARTIFACT -> ARTIFACT;
            };
        }
    }
}
