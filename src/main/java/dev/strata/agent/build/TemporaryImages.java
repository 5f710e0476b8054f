package dev.strata.agent.build;

import dev.strata.agent.AgentException;
import dev.strata.agent.images.ImageName;
import dev.strata.agent.images.ImageRemoval;
import dev.strata.agent.images.Images;
import dev.strata.agent.images.RepositoryClient;
import dev.strata.oci.Tag;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The images through which a builder hands over what it made of a stage. Their histories have the values of build arguments,
 * so that none may stay, however a build ends: each is removed as soon as it is read, and what a build that was killed left
 * behind is removed by the next one.
 */
public final class TemporaryImages {

    private static final String PREFIX = "strata-build-";
    /** Its name tells when a build began to make it, so that nobody takes away what another build is about to read. */
    private static final Pattern NAME = Pattern.compile(PREFIX + "([0-9a-f]{16})-[0-9a-f]{16}");
    /** No stage takes longer. */
    private static final Duration LONGEST = Duration.ofDays(1);

    private final Images images;
    private final InstantSource clock;
    private final RandomGenerator random;
    private final AtomicBoolean isTidy = new AtomicBoolean();

    public TemporaryImages(Images images, InstantSource clock, RandomGenerator random) {
        this.images = images;
        this.clock = clock;
        this.random = random;
    }

    /** A tag that no other build has. */
    public synchronized Tag tag() {
        HexFormat hex = HexFormat.of();
        return Tag.of(PREFIX + hex.toHexDigits(clock.instant().getEpochSecond()) + "-" + hex.toHexDigits(random.nextLong()));
    }

    /** Has an image made under a name of its own, used, and removed again, whatever happens. */
    public <T> T with(Function<ImageName, T> use) {
        removeLeftovers();
        ImageName image = images.target().with(tag());
        try {
            return use.apply(image);
        } finally {
            quietly(repository -> new ImageRemoval(repository).remove(image.reference()));
        }
    }

    /** Once for each build that runs anything. */
    private void removeLeftovers() {
        if (isTidy.getAndSet(true)) {
            return;
        }
        Instant longAgo = clock.instant().minus(LONGEST);
        quietly(repository -> repository.tagsAfter(PREFIX).stream()
                .filter(tag -> begun(tag).filter(longAgo::isAfter).isPresent())
                .forEach(tag -> new ImageRemoval(repository).remove(Tag.of(tag))));
    }

    private static Optional<Instant> begun(String tag) {
        Matcher name = NAME.matcher(tag);
        return name.matches() ? Optional.of(Instant.ofEpochSecond(HexFormat.fromHexDigitsToLong(name.group(1)))) : Optional.empty();
    }

    /** An image that stays is no reason to fail. */
    private void quietly(Consumer<RepositoryClient> removal) {
        try {
            removal.accept(images.repository());
        } catch (AgentException e) {
            if (e.outcome() == AgentException.Outcome.INTERRUPTED) {
                throw e;
            }
        }
    }
}
