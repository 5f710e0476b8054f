package dev.strata.upkeep.retention.runs;

import dev.strata.database.work.Work;
import dev.strata.problem.Problem;
import dev.strata.problem.RegistryException;
import dev.strata.upkeep.retention.plans.PlanForgetting;
import dev.strata.upkeep.retention.planning.Planner;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.TransientDataAccessException;
import org.springframework.stereotype.Component;

/** Plans, runs, and what is taken back of them, in the background. How far each has come stands with the plan. */
@Component
class RetentionWork implements Work {

    static final String NAME = "retention";

    private static final Logger log = LoggerFactory.getLogger(RetentionWork.class);

    private static final Duration AFTER_CONTENTION = Duration.ofSeconds(5);
    private static final Duration WITHOUT_DISK = Duration.ofMinutes(1);

    private final Planner planner;
    private final Execution execution;
    private final Undoing undoing;
    private final PlanForgetting forgetting;
    private final Runs runs;

    RetentionWork(
            Planner planner, Execution execution, Undoing undoing, PlanForgetting forgetting, Runs runs) {
        this.planner = planner;
        this.execution = execution;
        this.undoing = undoing;
        this.forgetting = forgetting;
        this.runs = runs;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Outcome doNext(Item item) {
        try {
            return work(item.subject().split(" "));
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

    private Outcome work(String[] words) {
        return switch (words[0]) {
            case "plan" -> {
                long id = Long.parseLong(words[1]);
                boolean more = planner.goOn(id);
                if (!more) {
                    runs.beginByItself(id);
                }
                yield more ? new Outcome.GoOn("") : new Outcome.Done();
            }
            case "run" -> goOn(execution.goOn(Long.parseLong(words[1])));
            case "undo" -> goOn(undoing.goOn(Long.parseLong(words[1])));
            default -> goOn(forgetting.goOn());
        };
    }

    private static Outcome goOn(boolean more) {
        return more ? new Outcome.GoOn("") : new Outcome.Done();
    }
}
