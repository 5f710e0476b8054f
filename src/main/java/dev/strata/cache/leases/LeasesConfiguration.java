package dev.strata.cache.leases;

import com.github.benmanes.caffeine.cache.Ticker;
import dev.strata.cache.uses.Uses;
import dev.strata.database.DatabaseKind;
import java.time.Clock;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.JdbcTemplate;

@Configuration(proxyBeanMethods = false)
class LeasesConfiguration {

    @Bean
    LeaseBook leaseBook(DatabaseKind database, JdbcTemplate jdbc, Uses uses, WaitingRoom room, Ticker ticker, Clock clock) {
        LeaseBook.Expiry expiry = slot -> {
            uses.event(slot.repositoryId(), slot.scope(), "lease_expired", 0);
            room.changed();
        };
        return database.isShared() ? new SharedLeases(expiry, jdbc) : new OwnLeases(expiry, ticker, clock.millis());
    }
}
