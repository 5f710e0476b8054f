package dev.strata.upkeep.scrub;

import dev.strata.oci.Digest;
import dev.strata.upkeep.commands.Lines;
import dev.strata.upkeep.scrub.Damage.Kind;
import dev.strata.upkeep.scrub.Damage.What;
import java.io.IOException;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Reads all content again now. */
@Command(
        name = "check",
        mixinStandardHelpOptions = true,
        description = "Reads all blobs and manifests, and compares them with their digests. What is damaged is set aside, "
                + "listed, and heals when it is pushed again.",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:all is sound", "1:something is damaged, as listed; or the check was broken off"})
final class CheckCommand implements Callable<Integer>, ContentCheck.Listener {

    private static final long PROGRESS_NANOS = 10_000_000_000L;

    @Option(
            names = "--rate",
            paramLabel = "MEGABYTES",
            description = "Read so many megabytes in a second at the most; as many as the disk gives where it is not said.")
    private long rate;

    private final ContentCheck check;
    private final Lines lines;
    private long blobs;
    private long manifests;
    private long bytes;
    private long damaged;
    private long said = System.nanoTime();

    CheckCommand(ContentCheck check, Lines lines) {
        this.check = check;
        this.lines = lines;
    }

    @Override
    public Integer call() throws IOException {
        Pace pace = rate > 0 ? Pace.of(rate * 1_000_000) : Pace.unbounded();
        Optional<Place> next = Optional.of(Place.beginning());
        while (next.isPresent()) {
            next = check.check(next.get(), pace, this);
        }
        lines.say(sum());
        lines.say(damaged == 0 ? "all is sound" : "%,d are damaged".formatted(damaged));
        return damaged == 0 ? 0 : 1;
    }

    private String sum() {
        return "%,d blobs and %,d manifests read, %,d bytes".formatted(blobs, manifests, bytes);
    }

    @Override
    public void damaged(Digest digest, What what, Kind kind, boolean isNew) {
        damaged++;
        lines.say(kind.name().toLowerCase(Locale.ROOT) + ": " + what.name().toLowerCase(Locale.ROOT) + " " + digest);
    }

    @Override
    public void deleted(Strays.Stray stray) {
        lines.say("deleted: " + stray.what() + ", which no row knew");
    }

    @Override
    public void checked(What what, long size) {
        switch (what) {
            case BLOB -> blobs++;
            case MANIFEST -> manifests++;
        }
        bytes += size;
        if (System.nanoTime() - said > PROGRESS_NANOS) {
            said = System.nanoTime();
            lines.say(sum() + " so far");
        }
    }
}
