package dev.strata.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.strata.access.AccessProperties;
import dev.strata.access.rights.InvalidGrantException;
import dev.strata.access.rights.ReadableRepositories;
import dev.strata.oci.RepositoryName;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.mock.env.MockEnvironment;
import org.springframework.util.unit.DataSize;

/** Which repositories share by which setting. */
class SharingTest {

    private static Neighbours neighbours(String share, boolean hasLogin, String repository, ReadableRepositories readable) {
        Scope main = Scope.of("main");
        CacheProperties properties = new CacheProperties(
                Duration.ofDays(1),
                DataSize.ofGigabytes(1),
                main,
                Set.of(main),
                Scope.of("images"),
                DataSize.ofMegabytes(1),
                DataSize.ofGigabytes(1),
                ShareGroups.of(share),
                CacheProperties.ShareScopes.PROTECTED,
                DataSize.ofGigabytes(1),
                1);
        AccessProperties access = new AccessProperties(false, hasLogin, null, null, List.of());
        return new Sharing(properties, access, new MockEnvironment())
                .neighbours(RepositoryName.of(repository), readable, true);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            default          | false | team/web | other/api  | true
            default          | true  | team/web | other/api  | false
            default          | true  | team/web | team/api   | true
            default          | true  | team/web | team       | true
            default          | true  | team     | team/a/b   | true
            default          | true  | team/web | teams/api  | false
            all              | true  | team/web | other/api  | true
            none             | false | team/web | team/api   | false
            namespace        | false | team/web | other/api  | false
            namespace        | false | team/web | team/api   | true
            team/**,base/**  | false | team/web | team/a/b   | true
            team/**,base/**  | false | team/web | base/a     | false
            team/**, **      | false | team/web | base/a     | true
            */web            | false | team/web | base/web   | true
            */web            | false | team/api | team/web   | false
            all              | false | team/web | team/web   | false
            """)
    void repositoriesShareAsTheSettingSays(
            String share, boolean hasLogin, String repository, String other, boolean isShared) {
        Neighbours neighbours = neighbours(share, hasLogin, repository, ReadableRepositories.ALL);

        assertThat(neighbours.include(RepositoryName.of(other))).isEqualTo(isShared);
    }

    @Test
    void nobodySharesWithWhoMayNotRead() {
        ReadableRepositories readable = new ReadableRepositories(List.of("team/web", "team/api"), List.of());

        assertThat(neighbours("all", true, "team/web", readable).include(RepositoryName.of("team/api"))).isTrue();
        assertThat(neighbours("all", true, "team/web", readable).include(RepositoryName.of("team/db"))).isFalse();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', nullValues = "any", textBlock = """
            namespace                     | team
            team/**                       | team
            team/w**,team/*eb             | team
            team*/**                      | any
            **                            | any
            team/**,**                    | any
            team/web                      | team
            """)
    void theyAreFoundByWhatTheirNamesHaveInCommon(String share, String namespace) {
        assertThat(neighbours(share, false, "team/web", ReadableRepositories.ALL).namespace().orElse(null)).isEqualTo(namespace);
    }

    @Test
    void whatIsNoPatternIsRefused() {
        assertThatThrownBy(() -> ShareGroups.of("team/**,")).isInstanceOf(InvalidGrantException.class);
    }
}
