package dev.strata.upkeep.retention.rules;

import dev.strata.access.rights.Glob;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;

/** What a rule asks of an image. */
public sealed interface Condition {

    /** To keep: one of the image's tags is like this. To remove: it has tags, and all of them are. */
    record Tags(List<Glob> patterns) implements Condition {

        @Override
        public String toString() {
            return "tags " + patterns.stream().map(Glob::toString).collect(Collectors.joining(", "));
        }
    }

    /** It was pushed so long ago, and not again. */
    record OlderThan(Duration age) implements Condition {

        @Override
        public String toString() {
            return "older-than " + Ages.text(age);
        }
    }

    /** It was pushed, or pushed again, within this time. */
    record PushedWithin(Duration age) implements Condition {

        @Override
        public String toString() {
            return "pushed-within " + Ages.text(age);
        }
    }

    /** It was pulled within this time. */
    record PulledWithin(Duration age) implements Condition {

        @Override
        public String toString() {
            return "pulled-within " + Ages.text(age);
        }
    }

    /** It was neither pulled nor pushed for so long. */
    record NotPulledSince(Duration age) implements Condition {

        @Override
        public String toString() {
            return "not-pulled-since " + Ages.text(age);
        }
    }

    /** It has had no tag for so long. */
    record UntaggedSince(Duration age) implements Condition {

        @Override
        public String toString() {
            return "untagged-since " + Ages.text(age);
        }
    }

    /** It is one of so many that were pushed last, of those with such tags where the clause names tags. */
    record Newest(int count) implements Condition {

        @Override
        public String toString() {
            return "newest " + count;
        }
    }

    /** It is none of so many that were pushed last, of those with such tags where the clause names tags. */
    record MoreThan(int count) implements Condition {

        @Override
        public String toString() {
            return "more-than " + count;
        }
    }

    /** The repository's images have more bytes together; those that were not used for the longest time go first. */
    record Above(long bytes) implements Condition {

        @Override
        public String toString() {
            return "above " + bytes;
        }
    }
}
