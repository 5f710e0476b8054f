package dev.strata.database.replicas;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.strata.testing.RegistryTest;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.dao.ConcurrencyFailureException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** Each of these stands for a process. */
@RegistryTest
abstract class ClaimsTestCase {

    @Autowired
    JdbcTemplate jdbc;

    @Autowired
    PlatformTransactionManager transactions;

    private SharedClaims process() {
        return new SharedClaims(jdbc, UUID.randomUUID());
    }

    @Test
    void oneOfThemHasIt() {
        SharedClaims one = process();
        assertThat(one.has("claims/one")).isTrue();
        assertThat(process().has("claims/one")).isFalse();
        assertThat(process().has("claims/another")).isTrue();
        assertThat(one.has("claims/one")).isTrue();
    }

    @Test
    void whoStopsGivesItUp() {
        SharedClaims one = process();
        assertThat(one.has("claims/stopped")).isTrue();
        one.stop();
        assertThat(one.has("claims/stopped")).isFalse();
        assertThat(process().has("claims/stopped")).isTrue();
    }

    @Test
    void anotherOneTakesWhatADeadOneHad() {
        SharedClaims dead = process();
        assertThat(dead.has("claims/dead")).isTrue();
        jdbc.update("update claim set held_until = current_timestamp - interval '1' second where work = 'claims/dead'");
        SharedClaims next = process();
        assertThat(next.has("claims/dead")).isTrue();
        assertThatThrownBy(() -> dead.require("claims/dead")).isInstanceOf(ConcurrencyFailureException.class);
        next.require("claims/dead");
    }

    @Test
    void whoIsSupersededFindsThatOutWithTheNextWordOfIt() {
        SharedClaims late = process();
        assertThat(late.has("claims/late")).isTrue();
        jdbc.update("update claim set holder = 'another' where work = 'claims/late'");
        late.keep();
        assertThat(late.has("claims/late")).isFalse();
    }

    /** In a transaction that nobody sees: the registry's own process has claims, too. */
    @Test
    void othersAreSeenWhileTheyHaveSomething() {
        await("a moment at which the registry claims nothing more").untilAsserted(this::requireThatOthersAreSeen);
    }

    private void requireThatOthersAreSeen() {
        new TransactionTemplate(transactions).executeWithoutResult(transaction -> {
            transaction.setRollbackOnly();
            jdbc.update("delete from claim");
            SharedClaims one = process();
            SharedClaims other = process();
            assertThat(one.has("claims/seen")).isTrue();
            assertThat(one.isOtherAlive()).isFalse();
            assertThat(other.isOtherAlive()).isTrue();
            jdbc.update("update claim set held_until = current_timestamp - interval '1' second");
            assertThat(other.isOtherAlive()).isFalse();
        });
    }
}
