package dev.strata.access.policy;

import dev.strata.access.grants.Grant;
import dev.strata.access.grants.Grants;
import dev.strata.access.PolicyProperties;
import dev.strata.access.rules.Quota;
import dev.strata.database.replicas.Signals;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/**
 * The policy in the database, as it is followed. Other processes may change it, so its revision is looked at each second, and
 * as soon as one of them says so.
 * With a policy in a file, nothing here counts.
 */
@Component
class PolicyDatabase {

    private static final Logger log = LoggerFactory.getLogger(PolicyDatabase.class);

    private static final String TOPIC = "access-policy";

    private final JdbcClient jdbc;
    private final CurrentPolicy policy;
    private final Signals signals;
    private final boolean isFollowed;
    private long revision;

    PolicyDatabase(JdbcClient jdbc, CurrentPolicy policy, PolicyProperties properties, Signals signals) {
        this.signals = signals;
        this.jdbc = jdbc;
        this.policy = policy;
        this.isFollowed = properties.policy() == null;
        follow();
        signals.listen(TOPIC, this::follow);
    }

    /** When this returns, what was committed before is in force. */
    @Scheduled(fixedDelayString = "PT1S")
    synchronized void follow() {
        if (!isFollowed) {
            return;
        }
        long now = jdbc.sql("select revision from policy_revision where id = 1")
                .query(Long.class)
                .single();
        if (now != revision) {
            policy.become(read());
            signals.send(TOPIC);
            revision = now; // what changed meanwhile changed the revision too
            log.info("The policy of revision {} is in force", now);
        }
    }

    private Policy read() {
        List<Grant> grants = new ArrayList<>();
        List<ImmutableTags> immutable = new ArrayList<>();
        List<Quota> quotas = new ArrayList<>();
        jdbc.sql("select id, kind, definition from policy_entry order by id")
                .query((row, number) -> PolicyReader.read(
                                "entry " + row.getLong(1),
                                PolicyEntry.document(PolicyEntry.Kind.of(row.getString(2)), row.getString(3)))
                        .named(PolicyEntry.name(row.getLong(1))))
                .list()
                .forEach(entry -> {
                    grants.addAll(entry.grants().all());
                    immutable.addAll(entry.immutable());
                    quotas.addAll(entry.quotas());
                });
        return new Policy(new Grants(grants), immutable, quotas);
    }
}
