package dev.strata.upkeep.collection;

import dev.strata.registry.events.Follower;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.springframework.stereotype.Component;

/** Everybody who follows the registry's events and may need rows that are to go. */
@Component
class Followers {

    private final List<Follower> all;

    Followers(List<Follower> all) {
        this.all = all;
    }

    /** How far each has to come. */
    record Mark(List<Long> events) {

        static Mark of(String text) {
            return new Mark(text.isEmpty() ? List.of() : Stream.of(text.split(",")).map(Long::parseLong).toList());
        }

        @Override
        public String toString() {
            return events.stream().map(String::valueOf).collect(Collectors.joining(","));
        }
    }

    /** Stands for all that has happened so far. */
    Mark mark() {
        return new Mark(all.stream().map(Follower::latest).toList());
    }

    boolean haveReached(Mark mark) {
        // Another version may have had others; whoever has none to wait for waits for nobody.
        return IntStream.range(0, Math.min(all.size(), mark.events().size()))
                .allMatch(i -> all.get(i).hasReached(mark.events().get(i)));
    }
}
