package dev.strata.cache.exports;

import static org.assertj.core.api.Assertions.assertThat;

import dev.strata.oci.Descriptor;
import dev.strata.oci.Digest;
import dev.strata.oci.MediaType;
import dev.strata.testing.Size;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What many builders exported, as one of them reads it. */
class RecordUnionTest {

    private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");
    private static final long LAYER_SIZE = 1_000;
    private static final ExportLimits WIDE = ExportLimits.of(Long.MAX_VALUE, Instant.EPOCH);

    /** A cache that grows by exports, a minute after each other. */
    private static final class Growing {

        private final Map<Digest, Descriptor> layers = new HashMap<>();
        private final LayerStacks stacks = new LayerStacks();
        private Instant now = NOON;
        private Optional<ExportWriter.Written> written = Optional.empty();

        /** The layers of this name can be had. */
        Digest layer(String name) {
            Digest digest = ExportJson.digest(name);
            layers.put(
                    digest,
                    new Descriptor(MediaType.of("application/vnd.oci.image.layer.v1.tar"), digest, LAYER_SIZE, Optional.empty(), Map.of()));
            return digest;
        }

        Growing add(ExportJson export) {
            return add(export, WIDE);
        }

        Growing add(ExportJson export, ExportLimits limits) {
            now = now.plus(Duration.ofMinutes(1));
            ExportReader reader = new ExportReader(stacks, layers.keySet(), now);
            List<BuildRecord> before = written
                    .map(cache -> reader.read(cache.config(), place -> cache.exportedAt().get(place)))
                    .orElse(List.of());
            List<BuildRecord> records = reader.read(export.bytes(), place -> now);
            ExportWriter writer = new ExportWriter(layers);
            List<BuildRecord> taken = limits.share(records, before, writer);
            written = Optional.of(writer.write(new RecordUnion(before).with(taken, now), limits));
            return this;
        }

        BuildKitView view() {
            return BuildKitView.of(written.orElseThrow().config());
        }

        int layerCount() {
            return written.orElseThrow().layers().size();
        }
    }

    /** A step on a base, and one on that step. */
    private static ExportJson branch(Growing cache, String name) {
        ExportJson export = new ExportJson();
        int base = export.layer(cache.layer("base"), ExportJson.NONE);
        int top = export.layer(cache.layer(name), base);
        int root = export.record("root", List.of());
        int step = export.record("step", List.of(base), root);
        export.record(name, List.of(top), step);
        return export;
    }

    @Test
    void whatSeveralHaveIsThereOnce() {
        Growing cache = new Growing();
        ExportJson main = branch(cache, "main");
        ExportJson other = branch(cache, "other");

        BuildKitView view = cache.add(main).add(other).add(main).view();

        assertThat(view.size()).as("a root, a common step, and one of each").isEqualTo(4);
        view.assertHasAllOf(BuildKitView.of(main.bytes()));
        view.assertHasAllOf(BuildKitView.of(other.bytes()));
        assertThat(cache.layerCount()).isEqualTo(3);
    }

    /** As they are made of local files: what was copied is the same, and the directory that it came from is not. */
    @Test
    void oneSourceInCommonIsEnough() {
        Growing cache = new Growing();
        for (String directory : List.of("one", "two")) {
            ExportJson export = new ExportJson();
            int layer = export.layer(cache.layer("copied"), ExportJson.NONE);
            int content = export.record("content", List.of());
            int files = export.record("directory " + directory, List.of());
            int copy = export.record("copy", List.of(layer), content);
            export.alternative(copy, files).record("run", List.of(layer), copy);
            cache.add(export);
        }

        assertThat(cache.view().count("copy")).isEqualTo(1);
        assertThat(cache.view().count("run")).isEqualTo(1);
        assertThat(cache.view().count("directory one")).isEqualTo(1);
    }

    @Test
    void everyRecordOfEveryExportIsFound() {
        long seed = Long.getLong("strata.exports.seed", System.nanoTime());
        Random random = new Random(seed);
        for (int round = 0; round < Size.of("strata.exports.rounds", 30, 1_000); round++) {
            Growing cache = new Growing();
            List<ExportJson> exports = IntStream.range(0, 6).mapToObj(i -> random(cache, random)).toList();
            exports.forEach(cache::add);
            try {
                exports.forEach(export -> cache.view().assertHasAllOf(BuildKitView.of(export.bytes())));
            } catch (AssertionError e) {
                throw new AssertionError("-Dstrata.exports.seed=" + seed, e);
            }
        }
    }

    /** Some of twelve steps, each of which can be made of one or two of those before it. */
    private static ExportJson random(Growing cache, Random random) {
        ExportJson export = new ExportJson();
        Map<Integer, Integer> places = new HashMap<>();
        for (int step = 0; step < 12; step++) {
            List<Integer> sources = new ArrayList<>();
            for (int source : List.of(step / 2, step / 3)) {
                if (source != step && places.containsKey(source) && random.nextInt(4) > 0) {
                    sources.add(places.get(source));
                }
            }
            if (step > 1 && sources.isEmpty() || random.nextInt(5) == 0) {
                continue;
            }
            int base = export.layer(cache.layer("base"), ExportJson.NONE);
            int layer = export.layer(cache.layer("of " + step + " " + random.nextInt(2)), base);
            int place = step > 1
                    ? export.record("step " + step, List.of(layer), sources.getFirst())
                    : export.record("step " + step, List.of(layer));
            if (step > 1 && sources.size() > 1) {
                export.alternative(place, sources.getLast());
            }
            places.put(step, place);
        }
        if (places.isEmpty()) {
            export.record("step 0", List.of(export.layer(cache.layer("of 0 0"), ExportJson.NONE)));
        }
        return export;
    }

    @Test
    void noRecordComesToNeedItself() {
        Growing cache = new Growing();
        ExportJson first = new ExportJson();
        int layer = first.layer(cache.layer("layer"), ExportJson.NONE);
        int root = first.record("root", List.of());
        int lower = first.record("lower", List.of(layer), root);
        int upper = first.record("upper", List.of(layer), root);
        first.alternative(upper, lower);
        ExportJson turned = new ExportJson();
        layer = turned.layer(cache.layer("layer"), ExportJson.NONE);
        root = turned.record("root", List.of());
        upper = turned.record("upper", List.of(layer), root);
        lower = turned.record("lower", List.of(layer), root);
        turned.alternative(lower, upper);

        BuildKitView view = cache.add(first).add(turned).view(); // which fails for one that does

        view.assertHasAllOf(BuildKitView.of(first.bytes()));
        view.assertHasAllOf(BuildKitView.of(turned.bytes()));
    }

    @Test
    void whatIsWrongIsLeftOutWithAllThatNeedsIt() {
        Growing cache = new Growing();
        ExportJson honest = branch(cache, "honest");
        ExportJson hostile = new ExportJson();
        int good = hostile.layer(cache.layer("good"), ExportJson.NONE);
        int absent = hostile.layer(ExportJson.digest("absent"), ExportJson.NONE);
        int onAbsent = hostile.layer(cache.layer("on absent"), absent);
        int loop = hostile.layer(cache.layer("loop"), good + 3);
        int sound = hostile.record("sound", List.of(good, absent, onAbsent, loop, 99, -5));
        int self = hostile.record("self", List.of(good), sound);
        hostile.alternative(self, self);
        int far = hostile.record("far", List.of(good), 1_000);
        hostile.record("on far", List.of(good), far);
        int half = hostile.record("half", List.of(good), far);
        hostile.alternative(half, sound);
        int random = hostile.raw("{\"digest\":\"random:0123\",\"layers\":[{\"layer\":0}]}");
        hostile.record("on random", List.of(good), random);
        hostile.raw("{\"digest\":\"" + ExportJson.digest("nothing") + "\",\"inputs\":[[]],\"layers\":[{\"layer\":0}]}");
        hostile.raw("{\"digest\":\"" + ExportJson.digest("odd") + "\",\"inputs\":7,\"layers\":{\"layer\":[]},\"chains\":[{\"layers\":\"x\"}]}");
        hostile.raw("[[[]]]");

        BuildKitView view = cache.add(honest).add(hostile).view();

        view.assertHasAllOf(BuildKitView.of(honest.bytes()));
        assertThat(view.count("sound")).isEqualTo(1);
        assertThat(view.count("self")).as("it has another source").isEqualTo(1);
        assertThat(view.count("half")).isEqualTo(1);
        assertThat(List.of("far", "on far", "on random", "nothing")).allMatch(name -> view.count(name) == 0);
        assertThat(cache.layerCount()).isEqualTo(3);
    }

    /** A builder reads no more than 1 MiB. */
    @Test
    void oneThatIsVeryLargeDoesNotTakeTheRoomOfTheOthers() {
        Growing cache = new Growing();
        ExportJson honest = branch(cache, "honest");
        ExportJson flood = new ExportJson();
        int layer = flood.layer(cache.layer("flood"), ExportJson.NONE);
        IntStream.range(0, 7_000).forEach(i -> flood.record("flood " + i, List.of(layer)));

        cache.add(honest).add(flood);

        cache.view().assertHasAllOf(BuildKitView.of(honest.bytes()));
        assertThat(cache.view().size()).isGreaterThan(1_000);
        assertThat(cache.written.orElseThrow().config().length).isLessThan(ExportLimits.LARGEST_READ);
    }

    @Test
    void theOldestGoFirstWhereThereAreTooManyBytes() {
        Growing cache = new Growing();
        ExportLimits three = ExportLimits.of(3 * LAYER_SIZE, Instant.EPOCH);
        for (String name : List.of("first", "second", "third")) {
            cache.add(branch(cache, name), three);
        }
        assertThat(cache.view().count("first")).isZero();
        assertThat(cache.view().count("second")).isEqualTo(1);
        assertThat(cache.view().count("third")).isEqualTo(1);
        assertThat(cache.view().count("step")).isEqualTo(1);
    }

    @Test
    void whatNobodyExportsAnyMoreGoes() {
        Growing cache = new Growing();
        cache.add(branch(cache, "old")).add(branch(cache, "used")).add(branch(cache, "new"));
        cache.add(branch(cache, "used"), ExportLimits.of(Long.MAX_VALUE, NOON.plus(Duration.ofMinutes(3))));

        assertThat(cache.view().count("old")).isZero();
        assertThat(cache.view().count("used")).as("exported again").isEqualTo(1);
        assertThat(cache.view().count("new")).isEqualTo(1);
    }
}
