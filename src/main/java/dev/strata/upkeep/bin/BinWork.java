package dev.strata.upkeep.bin;

import dev.strata.database.work.Work;
import dev.strata.database.work.WorkQueue;
import dev.strata.problem.Problem;
import dev.strata.problem.RegistryException;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.TransientDataAccessException;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/** What is done with the bin in the background. */
@Component
class BinWork implements Work {

    static final String NAME = "bin";

    private static final Logger log = LoggerFactory.getLogger(BinWork.class);

    private static final Duration AFTER_CONTENTION = Duration.ofSeconds(5);
    private static final Duration WITHOUT_DISK = Duration.ofMinutes(1);

    private final Emptying emptying;
    private final AlongDeletion along;
    private final WorkQueue queue;

    BinWork(Emptying emptying, AlongDeletion along, WorkQueue queue) {
        this.emptying = emptying;
        this.along = along;
        this.queue = queue;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Scheduled(fixedDelayString = "PT1S", initialDelayString = "PT1S")
    void look() {
        if (emptying.isAnyGone()) {
            queue.add(NAME, new BinSubject.Gone().text());
        }
    }

    @Override
    public Outcome doNext(Item item) {
        try {
            return work(item);
        } catch (TransientDataAccessException e) {
            log.debug("{} is done later", item.subject(), e);
            return new Outcome.Later(AFTER_CONTENTION);
        } catch (RegistryException e) {
            if (e.problem() != Problem.STORAGE_FULL && e.problem() != Problem.STORAGE_FAILED) {
                throw e;
            }
            return new Outcome.Later(WITHOUT_DISK);
        }
    }

    private Outcome work(Item item) {
        return switch (BinSubject.of(item.subject())) {
            case BinSubject.Gone() -> emptying.giveUpGone() ? new Outcome.GoOn("") : new Outcome.Done();
            case BinSubject.Along deleted -> along.goOn(deleted, item.progress());
        };
    }
}
