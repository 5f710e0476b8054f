package dev.strata.access.grants;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.strata.access.rights.Action;
import dev.strata.access.callers.Caller;
import dev.strata.access.rights.Glob;
import dev.strata.access.rights.InvalidGrantException;
import dev.strata.access.rights.ReadableRepositories;
import dev.strata.access.rights.RepositoryRights;
import dev.strata.access.callers.RobotTerms;
import dev.strata.oci.RepositoryName;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import javax.security.auth.x500.X500Principal;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What grants give to whom. */
class GrantsTest {

    private static final String GITHUB = "https://token.actions.githubusercontent.com";
    private static final RepositoryName WEB = RepositoryName.of("team/web");

    private static Grant grant(Subject who, String on, Set<Action> may, String... cache) {
        return new Grant(
                "1",
                who,
                List.of(Glob.of(on)),
                may,
                List.of(cache).stream().map(ScopeTemplate::new).toList());
    }

    private static Subject.Issuer github(String claim, String pattern) {
        return new Subject.Issuer(
                GITHUB,
                Map.of("repository", List.of(ClaimPattern.of("acme/web")), claim, List.of(ClaimPattern.of(pattern))));
    }

    private static Caller job(String claim, String... values) {
        return new Caller(
                Caller.Kind.WORKLOAD,
                "repo:acme/web",
                GITHUB,
                Set.of(),
                Map.of("repository", List.of("acme/web"), claim, List.of(values)),
                Optional.empty(),
                Optional.empty());
    }

    private static RepositoryRights rights(Caller caller, Grant... grants) {
        return new Grants(List.of(grants)).of(caller, WEB);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            CN=agent,O=Acme      | CN=agent,O=Acme            | true
            CN=agent, O=Acme     | CN=agent,O=Acme            | true
            CN=*,O=Acme          | CN=agent,O=Acme            | true
            CN=*,O=Acme          | CN=agent,OU=Lab,O=Acme     | false
            *,O=Acme             | CN=agent,OU=Lab,O=Acme     | true
            *,O=Acme             | O=Acme                     | false
            *                    | CN=agent,OU=Lab,O=Acme     | true
            CN=*                 | CN=agent,O=Acme            | false
            CN=agent,*           | CN=agent,OU=Lab,O=Acme     | true
            *,O=Acme             | CN=evil\\,O=Acme           | false
            *,O=Acme             | CN=evil\\,O\\=Acme,O=Other | false
            CN=*,O=Acme          | CN=evil\\,O=Acme           | false
            **,O=Acme            | CN=evil\\\\,O=Acme         | true
            CN=a\\, b,O=Acme     | CN=a\\, b,O=Acme           | true
            """)
    void aCertificateIsMatchedPartByPart(String pattern, String subject, boolean isMatched) {
        Caller caller = Caller.of(Caller.Kind.CERTIFICATE, subject);
        assertThat(Subject.of("certificate:" + pattern).match(caller).isPresent()).isEqualTo(isMatched);
        assertThat(Subject.of("account:" + pattern).match(caller)).isEmpty();
    }

    /** As the certificate has it, and not as it is written down. */
    @Test
    void whatSomebodyIsCertifiedAsDoesNotReachBeyondItsPart() {
        String name = new X500Principal("CN=\"evil,O=Acme\",O=Other").getName();
        assertThat(Subject.of("certificate:*,O=Acme").match(Caller.of(Caller.Kind.CERTIFICATE, name))).isEmpty();
        assertThat(Subject.of("certificate:*,O=Other").match(Caller.of(Caller.Kind.CERTIFICATE, name))).isPresent();
        String whole = new X500Principal("CN=\"evil,O=Acme\"").getName();
        assertThat(Subject.of("certificate:*,O=Acme").match(Caller.of(Caller.Kind.CERTIFICATE, whole))).isEmpty();
    }

    @Test
    void addUp() {
        Caller alice = new Caller(
                Caller.Kind.ACCOUNT, "alice", "", Set.of("developers"), Map.of(), Optional.empty(), Optional.empty());
        RepositoryRights rights = rights(
                alice,
                grant(Subject.of("account:alice"), "team/web", Set.of(Action.PULL)),
                grant(Subject.of("group:dev*"), "team/*", Set.of(Action.PUSH)),
                grant(Subject.of("anyone"), "**", Set.of(Action.DELETE)),
                grant(Subject.of("robot:alice"), "team/web", Set.of(Action.MAINTAIN)),
                grant(Subject.of("account:alice"), "team/*/web", Set.of(Action.MAINTAIN)),
                grant(Subject.of("anonymous"), "**", Set.of(Action.MAINTAIN)));
        assertThat(rights.actions()).containsExactlyInAnyOrder(Action.PULL, Action.PUSH, Action.DELETE);
    }

    @Test
    void areNoneWhereNothingIsGranted() {
        assertThat(rights(Caller.ANONYMOUS)).isEqualTo(RepositoryRights.NONE);
    }

    /** The story of a job of a pull request and one that built main. */
    @Test
    void letAJobWriteItsOwnScopeOnly() {
        Grant pulls = grant(
                github("ref", "refs/pull/{pull_request}/merge"), "team/web", Set.of(Action.PULL, Action.CACHE),
                "pr-{pull_request}");
        Grant main = grant(github("ref", "refs/heads/main"), "team/web", Set.of(Action.PULL, Action.CACHE), "main");
        RepositoryRights pull = rights(job("ref", "refs/pull/12/merge"), pulls, main);
        assertThat(pull.allowWriting("pr-12")).isTrue();
        assertThat(pull.allowWriting("pr-1")).isFalse();
        assertThat(pull.allowWriting("pr-123")).isFalse();
        assertThat(pull.allowWriting("main")).isFalse();
        RepositoryRights built = rights(job("ref", "refs/heads/main"), pulls, main);
        assertThat(built.allowWriting("main")).isTrue();
        assertThat(built.allowWriting("pr-12")).isFalse();
        assertThat(rights(job("ref", "refs/heads/other"), pulls, main)).isEqualTo(RepositoryRights.NONE);
    }

    @ParameterizedTest
    @CsvSource(textBlock = """
            12         , pr-12
            1.2_a-B    , pr-1.2_a-B
            feature/x  , pr-feature/x
            """)
    void takeAClaimsValueAsItIs(String value, String scope) {
        Grant grant = grant(github("number", "**"), "team/web", Set.of(Action.CACHE), "pr-{number}");
        RepositoryRights rights = rights(job("number", value), grant);
        assertThat(rights.cacheScopes()).containsExactly(scope);
    }

    @ParameterizedTest
    @ValueSource(strings = {"*", "**", "1*", "{number}", "", " ", "1,2", "-1", "../main", "/x", "a b", "é", "\\d", "$1"})
    void areVoidWhereAClaimsValueIsOdd(String value) {
        Grant grant = grant(github("number", "**"), "team/web", Set.of(Action.PULL, Action.CACHE), "pr-{number}");
        assertThat(rights(job("number", value), grant)).isEqualTo(RepositoryRights.NONE);
    }

    @Test
    void areVoidWhereAClaimIsMissingOrHasSeveralValues() {
        Subject.Issuer web = new Subject.Issuer(GITHUB, Map.of("repository", List.of(ClaimPattern.of("acme/*"))));
        Grant grant = grant(web, "team/web", Set.of(Action.CACHE), "pr-{number}");
        assertThat(rights(job("other", "1"), grant)).isEqualTo(RepositoryRights.NONE);
        assertThat(rights(job("number", "1", "2"), grant)).isEqualTo(RepositoryRights.NONE);
        assertThat(rights(job("number", "1"), grant).cacheScopes()).containsExactly("pr-1");
    }

    /** Nobody may say in one claim where another one begins. */
    @Test
    void takeNoSlashBeforeTheEndOfAScope() {
        Grant grant = grant(github("team", "**"), "team/web", Set.of(Action.CACHE), "{team}/main");
        assertThat(rights(job("team", "a"), grant).allowWriting("a/main")).isTrue();
        assertThat(rights(job("team", "a/b"), grant)).isEqualTo(RepositoryRights.NONE);
    }

    @Test
    void toAnIssuerAreForItsTokensOnly() {
        Grant grant = grant(github("ref", "refs/heads/**"), "**", Set.of(Action.PULL));
        Caller other = new Caller(
                Caller.Kind.WORKLOAD,
                "repo:acme/web",
                "https://gitlab.example",
                Set.of(),
                job("ref", "refs/heads/main").claims(),
                Optional.empty(),
                Optional.empty());
        assertThat(rights(job("ref", "refs/heads/a/b"), grant).allow(Action.PULL)).isTrue();
        assertThat(rights(other, grant)).isEqualTo(RepositoryRights.NONE);
        assertThat(rights(job("sub", "refs/heads/main"), grant)).isEqualTo(RepositoryRights.NONE);
    }

    @ParameterizedTest
    @CsvSource(textBlock = """
            aud , strata
            iss , https://x
            sub , *
            sub , **
            sub , */**
            sub , {name}
            """)
    void toAnIssuerNeedACondition(String claim, String pattern) {
        assertThatThrownBy(() -> new Subject.Issuer(GITHUB, Map.of(claim, List.of(ClaimPattern.of(pattern)))))
                .isInstanceOf(InvalidGrantException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "alice", "account:", "user:alice", "issuer:x", "Anyone", "group:a\nb"})
    void areToSomebody(String text) {
        assertThatThrownBy(() -> Subject.of(text)).isInstanceOf(InvalidGrantException.class);
    }

    @Test
    void fitTogether() {
        Subject anyone = Subject.of("anyone");
        assertThatThrownBy(() -> grant(anyone, "team/*", Set.of(Action.ADMIN))).isInstanceOf(InvalidGrantException.class);
        assertThatThrownBy(() -> grant(anyone, "team/*", Set.of(Action.CACHE))).isInstanceOf(InvalidGrantException.class);
        assertThatThrownBy(() -> grant(anyone, "team/*", Set.of(Action.PULL), "main"))
                .isInstanceOf(InvalidGrantException.class);
        assertThatThrownBy(() -> grant(anyone, "team/*", Set.of())).isInstanceOf(InvalidGrantException.class);
        assertThatThrownBy(() -> grant(anyone, "team/*", Set.of(Action.CACHE), "pr-{number}"))
                .isInstanceOf(InvalidGrantException.class);
        assertThatThrownBy(() -> new ScopeTemplate("a{b")).isInstanceOf(InvalidGrantException.class);
        assertThatThrownBy(() -> ClaimPattern.of("{a}{b}")).isInstanceOf(InvalidGrantException.class);
        assertThatThrownBy(() -> ClaimPattern.of("*{a}")).isInstanceOf(InvalidGrantException.class);
    }

    @Test
    void tellWhereToLookForWhatMayBeRead() {
        ReadableRepositories readable = new Grants(List.of(
                        grant(Subject.of("anyone"), "team/web", Set.of(Action.PULL)),
                        grant(Subject.of("anyone"), "tools", Set.of(Action.PULL)),
                        grant(Subject.of("anyone"), "a", Set.of(Action.PULL)),
                        grant(Subject.of("anyone"), "team/*", Set.of(Action.PULL)),
                        grant(Subject.of("anyone"), "team/x/**", Set.of(Action.PULL)),
                        grant(Subject.of("anyone"), "b", Set.of(Action.PUSH))))
                .readable(Caller.ANONYMOUS);
        assertThat(readable.spans())
                .containsExactly(
                        new ReadableRepositories.Span.Names(List.of("a")),
                        new ReadableRepositories.Span.Under("team/"),
                        new ReadableRepositories.Span.Names(List.of("tools")));
        assertThat(readable.include("team/x/y")).isTrue();
        assertThat(readable.include("team/y/y")).isFalse();
        assertThat(readable.include("b")).isFalse();
    }

    @Test
    void ofARobotAreThoseOfItsTermsAsFarAsItsMakerHasThem() {
        Caller maker = Caller.of(Caller.Kind.ACCOUNT, "alice");
        RobotTerms terms = new RobotTerms(
                maker, List.of("team/*"), Set.of(Action.PULL, Action.PUSH, Action.CACHE), List.of("pr-*", "main", "x*"));
        Caller robot = new Caller(
                Caller.Kind.ROBOT, "ci", "", Set.of(), Map.of(), Optional.empty(), Optional.of(terms));
        Grant makers = grant(
                Subject.of("account:alice"), "**", Set.of(Action.PULL, Action.CACHE, Action.DELETE), "pr-1", "main", "*y");
        Grant robots = grant(Subject.of("robot:ci"), "**", Set.of(Action.DELETE, Action.MAINTAIN));
        RepositoryRights rights = rights(robot, makers, robots);
        assertThat(rights.actions()).containsExactlyInAnyOrder(Action.PULL, Action.CACHE, Action.DELETE);
        assertThat(rights.cacheScopes()).containsExactlyInAnyOrder("main", "pr-1");
        assertThat(rights(robot)).isEqualTo(RepositoryRights.NONE);
        Grants all = new Grants(List.of(makers, robots));
        assertThat(all.of(robot, RepositoryName.of("other")).actions()).containsExactly(Action.DELETE);
        assertThat(all.readable(robot).include("team/web")).isTrue();
        assertThat(all.readable(robot).include("other")).isFalse();
        assertThat(new Grants(List.of(robots)).readable(robot).include("team/web")).isFalse();
        assertThat(new Grants(List.of(grant(Subject.of("robot:ci"), "**", Set.of(Action.ADMIN)))).isAdmin(robot)).isFalse();
    }

    @Test
    void areNotNeededByAnAdministrator() {
        Caller root = new Caller(
                Caller.Kind.ACCOUNT,
                "root",
                "",
                Set.of(Caller.ADMINISTRATORS),
                Map.of(),
                Optional.empty(),
                Optional.empty());
        assertThat(rights(root)).isEqualTo(RepositoryRights.ALL);
        assertThat(Grants.NONE.isAdmin(root)).isTrue();
        assertThat(Grants.NONE.readable(root).areAll()).isTrue();
    }
}
