package dev.strata.cache.layerfiles;

import static org.assertj.core.api.Assertions.assertThat;

import dev.strata.testing.TestTar;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What COPY --from takes from the layers of a stage. */
class CopySourcesTest {

    private static TestTar tar() {
        return new TestTar();
    }

    private static void assertSame(Optional<CopiedFiles> one, Optional<CopiedFiles> other) {
        assertThat(one).isPresent();
        assertThat(one.map(CopiedFiles::content)).isEqualTo(other.map(CopiedFiles::content));
    }

    private static void assertDifferent(Optional<CopiedFiles> one, Optional<CopiedFiles> other, String... paths) {
        assertThat(one).isPresent();
        assertThat(other).isPresent();
        assertThat(one.get().content()).isNotEqualTo(other.get().content());
        assertThat(one.get().outline().differences(other.get().outline())).containsExactly(paths);
    }

    @Test
    void onlyWhatIsCopiedCounts() {
        StackedLayers one = StackedLayers.of(tar().file("src", "# one").file("out", "code"));
        StackedLayers two = StackedLayers.of(tar().file("src", "# two"), tar().file("out", "code"));
        StackedLayers other = StackedLayers.of(tar().file("src", "# one"), tar().file("out", "other code"));
        assertSame(one.copy("/out"), two.copy("/out"));
        assertDifferent(one.copy("/out"), other.copy("/out"), "/out");
        assertDifferent(one.copy("/src", "/out"), two.copy("/src", "/out"), "/src");
    }

    @Test
    void permissionsOwnersAndAttributesCount() {
        StackedLayers plain = StackedLayers.of(tar().file("out", "code"));
        assertDifferent(plain.copy("out"), StackedLayers.of(tar().mode(0755).file("out", "code")).copy("out"), "/out");
        assertDifferent(plain.copy("out"), StackedLayers.of(tar().owner(7).file("out", "code")).copy("out"), "/out");
        StackedLayers attributed =
                StackedLayers.of(tar().pax("SCHILY.xattr.security.capability=x").file("out", "code"));
        assertDifferent(plain.copy("out"), attributed.copy("out"), "/out");
    }

    @Test
    void theUpperLayerCountsAndWhatItTookAwayIsGone() {
        StackedLayers merged = StackedLayers.of(
                tar().directories("d", "d/sub").file("d/a", "old").file("d/b", "b").file("d/sub/c", "c"),
                tar().directory("d").file("d/a", "new").file("d/.wh.b", "").file("d/.wh.sub", ""));
        assertSame(merged.copy("d"), StackedLayers.of(tar().directory("d").file("d/a", "new")).copy("d"));
        assertThat(merged.copy("d/b")).isEmpty();
        assertThat(merged.copy("d/sub/c")).isEmpty();
    }

    @Test
    void anOpaqueDirectoryHidesAllThatWasInIt() {
        StackedLayers merged = StackedLayers.of(
                tar().directory("d").file("d/a", "old"),
                tar().directory("d").file("d/.wh..wh..opq", "").file("d/b", "b"));
        assertSame(merged.copy("d"), StackedLayers.of(tar().directory("d").file("d/b", "b")).copy("d"));
    }

    @Test
    void aFileInThePlaceOfADirectoryHidesItAndADirectoryInItsPlaceDoesNotBringItBack() {
        StackedLayers merged = StackedLayers.of(
                tar().directory("d").file("d/a", "old"),
                tar().file("d", "a file"),
                tar().directory("d").file("d/b", "b"));
        assertSame(merged.copy("d"), StackedLayers.of(tar().directory("d").file("d/b", "b")).copy("d"));
        assertThat(merged.copy("d/a")).isEmpty();
    }

    @Test
    void linksAreFollowedAndCount() {
        TestTar files = tar().directories("opt", "opt/v1").file("opt/v1/app", "code").link("opt/current", "v1");
        StackedLayers linked = StackedLayers.of(files, tar().link("app", "/opt/../opt/current/app"));
        assertThat(linked.copy("/app")).isPresent();
        assertThat(linked.copy("/opt/current")).isPresent();
        StackedLayers moved = StackedLayers.of(
                tar().directories("opt", "opt/v1").file("opt/v1/app", "other").link("opt/current", "v1"),
                tar().link("app", "/opt/../opt/current/app"));
        assertDifferent(linked.copy("/app"), moved.copy("/app"), "/opt/v1/app");
        assertThat(StackedLayers.of(tar().link("a", "b").link("b", "a")).copy("/a")).isEmpty();
        assertThat(StackedLayers.of(tar().link("a", "nowhere")).copy("/a")).isEmpty();
    }

    @Test
    void aLinkWithinADirectoryIsCopiedAsALink() {
        TestTar files = tar().directory("d").link("d/link", "../elsewhere");
        StackedLayers one = StackedLayers.of(files, tar().file("elsewhere", "one"));
        StackedLayers two = StackedLayers.of(
                tar().directory("d").link("d/link", "../elsewhere"), tar().file("elsewhere", "two"));
        assertSame(one.copy("d/"), two.copy("d/"));
    }

    @Test
    void patternsTakeWhatTheyMatch() {
        TestTar files = tar().directories("lib", "lib/x").file("lib/a.jar", "a").file("lib/b.jar", "b").file("lib/c.txt", "c");
        StackedLayers one = StackedLayers.of(files);
        StackedLayers more = StackedLayers.of(
                tar().directories("lib", "lib/x").file("lib/a.jar", "a").file("lib/b.jar", "b").file("lib/c.txt", "other"));
        assertSame(one.copy("/lib/*.jar"), more.copy("/lib/*.jar"));
        assertDifferent(
                one.copy("/lib/*.jar"),
                StackedLayers.of(tar().directory("lib").file("lib/a.jar", "a").file("lib/b.jar", "b"), tar().directory("lib").file("lib/c.jar", "c")).copy("/lib/*.jar"),
                "/lib/c.jar");
        assertThat(one.copy("/lib/*.war")).isEmpty();
    }

    @Test
    void aHardLinkHasTheContentOfItsTarget() {
        StackedLayers one = StackedLayers.of(tar().directory("d").file("d/a", "one").hardLink("d/b", "d/a"));
        StackedLayers two = StackedLayers.of(tar().directory("d").file("d/a", "two").hardLink("d/b", "d/a"));
        assertDifferent(one.copy("d/b"), two.copy("d/b"), "/d/b");
        StackedLayers overwritten = StackedLayers.of(
                tar().directory("d").file("d/a", "one").hardLink("d/b", "d/a"), tar().directory("d").file("d/a", "later"));
        assertSame(one.copy("d/b"), overwritten.copy("d/b"));
        assertThat(StackedLayers.of(tar().hardLink("b", "a").file("a", "x")).copy("b")).as("a link to what comes later").isEmpty();
        assertThat(StackedLayers.of(tar().file("a", "x"), tar().hardLink("b", "a")).copy("b")).as("a link into a lower layer").isEmpty();
    }

    @Test
    void layersThatAreNotKnownMustNotShowThrough() {
        StackedLayers all = StackedLayers.of(
                tar().directory("base").file("base/lower", "x"),
                tar().directory("base").file("base/upper", "y").file("out", "z"),
                tar().directory("own").file("own/.wh..wh..opq", "").file("own/a", "a"));
        StackedLayers known = all.knownFrom(1);
        assertSame(all.copy("/out"), known.copy("/out"));
        assertSame(all.copy("/own"), known.copy("/own"));
        assertSame(all.copy("/base/upper"), known.copy("/base/upper"));
        assertThat(all.copy("/base")).isPresent();
        assertThat(known.copy("/base")).isEmpty();
        assertThat(known.copy("/base/*")).isEmpty();
        assertThat(known.copy("/base/lower")).isEmpty();
    }

    @Test
    void whatProgramsCouldApplyInDifferentWaysIsNotCertain() {
        assertThat(StackedLayers.of(tar().file("a", "1").file("a", "2")).copy("a")).as("twice").isEmpty();
        assertThat(StackedLayers.of(tar().file("a", "1").file(".wh.a", "")).copy("a")).as("there and gone").isEmpty();
        assertThat(StackedLayers.of(tar().file("d/a", "1")).copy("d/a")).as("in a directory that nobody named").isEmpty();
        assertThat(StackedLayers.of(tar().link("d", "e"), tar().file("d/a", "1")).copy("d/a")).as("through a link").isEmpty();
        assertThat(StackedLayers.of(tar().link("d", "e").file("d/a", "1")).copy("d/a")).as("through a link of its own").isEmpty();
        assertThat(StackedLayers.of(tar().directory("d"), tar().link("d", "e"), tar().file("d/a", "1"), tar().directory("d")).copy("d/a"))
                .as("through what was a link then")
                .isEmpty();
        assertThat(StackedLayers.of(tar().directory("d"), tar().file("d/a", "1")).copy("d/a")).isPresent();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", ".", "../a", "d/../a", "/missing", "d/a/b", "a\\*", "**/a", "[", "d/*/x"})
    void sourcesThatAreNotUnderstoodAreNotCertain(String source) {
        StackedLayers layers = StackedLayers.of(tar().directory("d").file("d/a", "x").file("a", "y").link("d/l", "a"));
        assertThat(layers.copy(source)).isEmpty();
    }
}
